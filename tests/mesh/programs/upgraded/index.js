/** The program chain with a version of the package that the JSON file names beside the arguments. */
const { readFileSync } = require("node:fs");

const { folder, args } = JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8"));
const { SidecarTlsTermination } = require(folder);
const chain = new SidecarTlsTermination("httpbin", args);

const { url, caCertificatePem, clientBundle } = chain;
module.exports = { url, caCertificatePem, clientBundle };
