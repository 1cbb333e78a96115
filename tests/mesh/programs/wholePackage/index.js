/** A chain with a workload of its own, whose arguments are in the JSON file that CHAIN_ARGUMENTS names, and a check of it and of istiod. */
const { readFileSync } = require("node:fs");
const { ConnectivityCheck, SidecarTlsTermination } = require("../../../..");

const args = JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8"));
const chain = new SidecarTlsTermination("httpbin", { ...args, connectivityCheckClient: true });
new ConnectivityCheck("httpbin", { target: chain.connectivityTarget, istiod: {} });

const { url, clientBundle } = chain;
module.exports = { url, clientBundle };
