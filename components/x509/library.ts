/** The library for what Node.js does not read: certificate requests, revocation lists, extensions. */
// The library needs this polyfill before it is loaded.
import "reflect-metadata";

export * from "@peculiar/x509";
