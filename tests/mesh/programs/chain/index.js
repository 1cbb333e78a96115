/**
 * A program with one component. Its arguments are in a JSON file, so that a test can set and change them in place; its name and place
 * in the stack are in the environment.
 */
const { readFileSync } = require("node:fs");
const { ComponentResource } = require("@pulumi/pulumi");
const { SidecarTlsTermination } = require("../../../..");

const args = JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8"));
const { name = "httpbin", parent, aliases = [] } = JSON.parse(process.env.CHAIN_IDENTITY ?? "{}");
const chain = new SidecarTlsTermination(name, args, {
    aliases,
    ...(parent ? { parent: new ComponentResource("tests:index:Parent", parent) } : {}),
});

const { url, caCertificatePem, clientBundle, clientBundles, notAfter, podAnnotations } = chain;
module.exports = { url, caCertificatePem, clientBundle, clientBundles, notAfter, podAnnotations };
