/**
 * The flag and the chain as two users of the cluster: PLATFORM_KUBECONFIG is allowed to touch istiod, CHAIN_KUBECONFIG the
 * workload's namespace. The chain's arguments are in the JSON file that CHAIN_ARGUMENTS names.
 */
const { readFileSync } = require("node:fs");
const { Provider } = require("@pulumi/kubernetes");
const { IstiodFeatureFlag, SidecarTlsTermination } = require("../../../..");

const platform = new Provider("platform", { kubeconfig: process.env.PLATFORM_KUBECONFIG });
const tenant = new Provider("tenant", { kubeconfig: process.env.CHAIN_KUBECONFIG });

const flag = new IstiodFeatureFlag("platform", {}, { provider: platform });
const args = JSON.parse(readFileSync(process.env.CHAIN_ARGUMENTS, "utf8"));
const options = { provider: tenant, dependsOn: flag };
const chain = new SidecarTlsTermination("httpbin", { ...args, istiod: { manageFeatureFlag: false } }, options);

const { url, clientBundle } = chain;
module.exports = { url, clientBundle };
