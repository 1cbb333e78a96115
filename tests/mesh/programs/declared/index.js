/**
 * A program that registers the resources in a JSON file, so that a test can declare them in place. It is JavaScript, because
 * otherwise each of its many runs would wait for the compiler.
 */
const { readFileSync } = require("node:fs");
const kubernetes = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");
const tls = require("@pulumi/tls");

const { resources, outputs = {} } = JSON.parse(readFileSync(process.env.DECLARED_RESOURCES, "utf8"));
const registered = {};

/** `{ secret: value }` and `{ from: [resource, property] }` stand for secrets and Outputs, which JSON cannot express. */
function resolve(value) {
    if (Array.isArray(value)) {
        return value.map(resolve);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const keys = Object.keys(value).join();
    if (keys === "secret") {
        return pulumi.secret(resolve(value.secret));
    }
    if (keys === "from") {
        const [resource, property] = value.from;
        return registered[resource][property];
    }
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, resolve(child)]));
}

for (const { name, type, args, read, options = {} } of resources) {
    const dependsOn = (options.dependsOn ?? []).map((dependency) => registered[dependency]);
    const given = { ...options, dependsOn, parent: registered[options.parent] };
    if (type.includes(":")) {
        registered[name] = new pulumi.ComponentResource(type, name, {}, given);
        continue;
    }
    const Resource = type.split(".").reduce((module, key) => module[key], { kubernetes, tls });
    registered[name] =
        read === undefined ? new Resource(name, resolve(args), given) : Resource.get(name, resolve(read), given);
}

module.exports = resolve(outputs);
