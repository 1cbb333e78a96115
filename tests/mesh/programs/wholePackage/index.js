/** A component that creates its workload, and a check of it and of istiod. CHAIN_ARGUMENTS names the JSON file with the arguments. */
const { readFileSync } = require("node:fs");
const { ConnectivityCheck, SidecarTlsTermination } = require("../../../..");

const args = JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8"));
const chain = new SidecarTlsTermination("httpbin", { ...args, connectivityCheckClient: true });
new ConnectivityCheck("httpbin", { target: chain.connectivityTarget, istiod: {} });

const { url, clientBundle } = chain;
module.exports = { url, clientBundle };
