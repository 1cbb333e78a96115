/** The library for what Node.js does not read itself: certificate requests, revocation lists, extensions. */
// It wants this before it is loaded.
import "reflect-metadata";

export * from "@peculiar/x509";
