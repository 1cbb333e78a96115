// The npm way in: a program with one component, whose class, name, arguments and options are in the environment as JSON.
"use strict";
require("../../promises");
const pulumi = require("@pulumi/pulumi");
const components = require("../../../..");

/** A resource that has its values once it is created. */
class Source extends pulumi.CustomResource {
    constructor(seed) {
        super("tests:index:Source", "source", { seed, values: undefined });
    }
}

const { className, name, args, dependsOnSource, customTimeouts } = JSON.parse(process.env.COMPONENT);
const seed = [];
JSON.stringify(args, (_, value) => (value?.$later === undefined ? value : void seed.push(value.$later)));
const source = seed.length > 0 || dependsOnSource ? new Source(seed) : undefined;
let next = 0;

new components[className](name, unmarked(args), {
    ...(dependsOnSource ? { dependsOn: [source] } : {}),
    ...(customTimeouts ? { customTimeouts } : {}),
});

function unmarked(value) {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map(unmarked);
    }
    if ("$secret" in value) {
        return pulumi.secret(value.$secret);
    }
    if ("$later" in value) {
        const index = next++;
        const known = source.values.apply((values) => values[index]);
        return value.secret ? pulumi.secret(known) : known;
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unmarked(item)]));
}
