/**
 * The npm way in: a program with one component. Its class, name, arguments and options are in the environment as JSON, or are
 * given to the function, which is the program where it runs within the tests.
 */
"use strict";
require("../../stackTraces");
const pulumi = require("@pulumi/pulumi");
const components = require("../../../..");

/** A resource that has its values once it is created. */
class Source extends pulumi.CustomResource {
    constructor(seed) {
        super("tests:index:Source", "source", { seed, values: undefined });
    }
}

function program({ className, name, args, dependsOnSource, customTimeouts }) {
    const seed = [];
    JSON.stringify(args, (_, value) => (value?.$later === undefined ? value : void seed.push(value.$later)));
    const source = seed.length > 0 || dependsOnSource ? new Source(seed) : undefined;
    new components[className](name, unmarked(args, source, { index: 0 }), {
        ...(dependsOnSource ? { dependsOn: [source] } : {}),
        ...(customTimeouts ? { customTimeouts } : {}),
    });
}

function unmarked(value, source, next) {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map((item) => unmarked(item, source, next));
    }
    if ("$secret" in value) {
        return pulumi.secret(value.$secret);
    }
    if ("$later" in value) {
        const index = next.index++;
        const known = source.values.apply((values) => values[index]);
        return value.secret ? pulumi.secret(known) : known;
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unmarked(item, source, next)]));
}

// What a started program exports are outputs of its stack.
if (process.env.COMPONENT === undefined) {
    module.exports = { program };
} else {
    program(JSON.parse(process.env.COMPONENT));
}
