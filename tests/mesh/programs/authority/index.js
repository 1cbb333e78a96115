/** A program with only a CertificateAuthority. CHAIN_ARGUMENTS names the JSON file with its arguments. */
const { readFileSync } = require("node:fs");
const { CertificateAuthority } = require("../../../..");

const authority = new CertificateAuthority("authority", JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8")));

const { certificatePem, notAfter } = authority;
module.exports = { certificatePem, notAfter };
