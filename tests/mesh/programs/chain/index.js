/** A program with one component. Its arguments are in a JSON file, so that a test can set and change them in place. */
const { readFileSync } = require("node:fs");
const { SidecarTlsTermination } = require("../../../..");

const args = JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8"));
const chain = new SidecarTlsTermination("httpbin", args);

const { url, caCertificatePem, clientBundle, clientBundles, notAfter, podAnnotations } = chain;
module.exports = { url, caCertificatePem, clientBundle, clientBundles, notAfter, podAnnotations };
