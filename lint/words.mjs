/** ESLint configuration for the words in all files, by themselves: `npm run words`. Part of eslint.config.mjs. */
import markdown from "@eslint/markdown";
import { defineConfig, globalIgnores } from "eslint/config";
import yml from "eslint-plugin-yml";
import tseslint from "typescript-eslint";
import words, { commentsOnly } from "./terminology.mjs";

const rules = { "words/terminology": "error" };

// Templates of a chart are no YAML before Helm has filled them in.
export const ignored = globalIgnores(["dist/", "node_modules/", "**/chart/templates/"]);

export const wordsConfig = defineConfig([
    { plugins: { words } },
    { files: ["**/*.{ts,mts,js,mjs}"], ignores: ["lint/terms.mjs", "tests/workflows/terminology.spec.ts"], rules },
    { files: ["**/*.md"], plugins: { markdown }, language: "markdown/gfm", rules },
    { files: ["**/*.{yaml,yml}"], plugins: { yml }, language: "yml/yaml", rules },
    {
        files: ["**/*.{sh,py}", ".ci/run"],
        languageOptions: { parser: commentsOnly, parserOptions: { lineComment: "#" } },
        rules,
    },
    {
        files: ["**/*.{go,java,cs,mod}"],
        languageOptions: { parser: commentsOnly, parserOptions: { lineComment: "//" } },
        rules,
    },
]);

export default defineConfig([
    ignored,
    ...wordsConfig,
    // Comments may switch rules off that only eslint.config.mjs has: they are known here, and not missed.
    { linterOptions: { reportUnusedDisableDirectives: "off" }, plugins: { "@typescript-eslint": tseslint.plugin } },
    { files: ["**/*.{ts,mts}"], languageOptions: { parser: tseslint.parser } },
]);
