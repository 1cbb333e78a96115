/** The library for what Node.js does not read: certificate requests, revocation lists, extensions. */
import { createRequire } from "node:module";
import type * as library from "@peculiar/x509";

const loadModule = createRequire(__filename);

/** Loads the library when it is first used: loading it takes longer than loading the rest of this package. */
export function loadX509(): typeof library {
    // The library needs this polyfill before it is loaded.
    loadModule("reflect-metadata");
    return loadModule("@peculiar/x509") as typeof library;
}
