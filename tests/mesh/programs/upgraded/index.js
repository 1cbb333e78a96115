/** The program `chain` with another version of the package, whose folder is in the JSON file next to the arguments. */
const { readFileSync } = require("node:fs");

const { folder, args } = JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8"));
const { SidecarTlsTermination } = require(folder);
const chain = new SidecarTlsTermination("httpbin", args);

const { url, caCertificatePem, clientBundle } = chain;
module.exports = { url, caCertificatePem, clientBundle };
