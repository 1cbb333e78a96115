/**
 * The SDK takes the stack trace of each promise, dozens for a resource, to tell at the end which of them were left open, and one
 * of each resource, to tell where it is in the program. Each line of a trace is looked up in source maps: that took half of the
 * unit tests' time. Only these traces are omitted: errors keep theirs. With an SDK that does this elsewhere the tests are
 * slower, and that is all.
 */
"use strict";
const { Resource } = require("@pulumi/pulumi/resource");
const debuggable = require("@pulumi/pulumi/runtime/debuggable");

const original = debuggable.debuggablePromise;

debuggable.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
        return original(promise, context);
    } finally {
        Error.stackTraceLimit = limit;
    }
};

Resource.callsites = () => [];
