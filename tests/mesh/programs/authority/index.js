/** A CA alone, with the arguments of the JSON file that CHAIN_ARGUMENTS names. */
const { readFileSync } = require("node:fs");
const { CertificateAuthority } = require("../../../..");

const authority = new CertificateAuthority("authority", JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8")));

const { certificatePem, notAfter } = authority;
module.exports = { certificatePem, notAfter };
