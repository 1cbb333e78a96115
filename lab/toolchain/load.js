/* global __dirname, setTimeout */
/**
 * Starts a stand-in that is written in TypeScript. The engine starts each plugin again for every command, so the compiled
 * sources are cached in node_modules, and Node.js caches the compiled code of the packages.
 */
const { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } = require("node:fs");
const nodeModule = require("node:module");
const path = require("node:path");

const root = path.join(__dirname, "../..");
const compiled = path.join(root, "node_modules", ".cache", "istio-sidecar-tls", "toolchain");

function compile(source, target) {
    // Loaded only when needed, because the compiler is the largest of the packages.
    const typescript = require("typescript");
    const { outputText } = typescript.transpileModule(readFileSync(source, "utf8"), {
        fileName: source,
        compilerOptions: {
            module: typescript.ModuleKind.CommonJS,
            target: typescript.ScriptTarget.ES2023,
            esModuleInterop: true,
        },
    });
    mkdirSync(path.dirname(target), { recursive: true });
    // Several plugins start at the same time, and must not read an incomplete file.
    const unfinished = `${target}.${process.pid}`;
    writeFileSync(unfinished, outputText);
    renameSync(unfinished, target);
}

module.exports = (file) => {
    nodeModule.enableCompileCache();
    for (const entry of readdirSync(__dirname, { recursive: true }).filter((name) => name.endsWith(".ts"))) {
        const source = path.join(__dirname, entry);
        const target = path.join(compiled, entry.replace(/\.ts$/, ".js"));
        if (!existsSync(target) || statSync(target).mtimeMs < statSync(source).mtimeMs) {
            compile(source, target);
        }
    }
    require(path.join(compiled, file));
    // The engine kills its plugins, so Node.js has no chance to write its cache at the end.
    setTimeout(() => nodeModule.flushCompileCache(), 1000).unref();
};
