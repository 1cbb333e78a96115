/**
 * The flag and the component with two users of the cluster: PLATFORM_KUBECONFIG may change istiod, CHAIN_KUBECONFIG may
 * change the workload's namespace. CHAIN_ARGUMENTS names the JSON file with the component's arguments.
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
