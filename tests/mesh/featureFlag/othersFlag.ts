/** The flag is somebody else's: of the values of istiod's chart, or of a user who may touch istiod alone. */
import { expect } from "chai";
import { featureFlagName } from "../../../components/mesh/istiodFeatureFlag";
import type { Cluster } from "../../../lab/cluster";
import { istioNamespace } from "../../../lab/mesh/install";
import { cleanUp } from "../cleanUp";
import { type ClusterUser, clusterUser, rightsInOwnNamespace } from "../clusterUser";
import { flagOfIstiod, istiodPod, setIstiodValues } from "../istiodRevision";
import { documentedUser } from "../permissions/documented";
import type { ServingStack } from "../programStack";
import { deleteNamespace, istiodAsTold, makeNamespace, opened, workload } from "./surroundings";

export function describeOthersFlag(cluster: () => Cluster): void {
    describe("left to the values of istiod's chart", function () {
        this.timeout("5m");
        const later = cleanUp();
        const namespace = "flag-values";

        it("terminates TLS and touches nothing of istiod, neither at up nor at destroy", async () => {
            later(() => setIstiodValues(cluster(), []));
            await setIstiodValues(cluster(), [`values.pilot.env.${featureFlagName}=true`]);
            expect(await flagOfIstiod(cluster())).to.equal("true");
            const before = [await istiodAsTold(cluster()), await istiodPod(cluster())];
            const istiod = { manageFeatureFlag: false };
            const chain = await opened(cluster(), later, namespace, {
                namespace,
                createNamespace: true,
                workload,
                istiod,
            });
            const { steps } = await chain.stack.mustRun("up");
            expect(steps.filter(({ type }) => /ConfigMapPatch|DeploymentPatch/.test(type))).to.deep.equal([]);
            await chain.servesItsClient();
            expect([await istiodAsTold(cluster()), await istiodPod(cluster())]).to.deep.equal(before);
            await chain.stack.mustRun("destroy");
            expect([await istiodAsTold(cluster()), await istiodPod(cluster())]).to.deep.equal(before);
        });
    });

    describe("set by a user who may touch istiod alone", function () {
        this.timeout("5m");
        const later = cleanUp();
        const namespace = "flag-tenant";
        let tenant: ClusterUser;
        let platform: ClusterUser;
        let chain: ServingStack;

        before("two users, and a stack that is both", async () => {
            later(() => deleteNamespace(cluster(), namespace));
            await makeNamespace(cluster(), namespace, "default");
            const anything = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
            const account = { name: "tenant", namespace };
            tenant = await clusterUser(cluster(), account, rightsInOwnNamespace(account, anything));
            later(() => tenant.remove());
            platform = await documentedUser(cluster(), later, "platform");
            // Whatever took the default provider would find no cluster.
            const environment = {
                KUBECONFIG: "/dev/null",
                PLATFORM_KUBECONFIG: platform.kubeconfig,
                CHAIN_KUBECONFIG: tenant.kubeconfig,
            };
            chain = await opened(
                cluster(),
                later,
                namespace,
                { namespace, workload },
                "separateProviders",
                environment,
            );
        });

        it("is refused to the user of the chain, as the chain's namespace is to the other", async () => {
            const patch = ["patch", "deployment", "istiod", "-p", '{"metadata":{"labels":{"tried":"true"}}}'];
            expect(await refusal(tenant, istioNamespace, patch)).to.include('"istiod" is forbidden');
            expect(await refusal(platform, namespace, ["get", "secrets"])).to.include("secrets is forbidden");
        });

        it("is there for the chain, and gone with the stack", async () => {
            await chain.stack.mustRun("up");
            expect(await flagOfIstiod(cluster())).to.equal("true");
            await chain.servesItsClient();
            await chain.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
            await chain.stack.mustRun("destroy");
            expect(await flagOfIstiod(cluster())).to.equal("");
        });

        async function refusal(user: ClusterUser, where: string, args: readonly string[]): Promise<string> {
            const as = ["--kubeconfig", user.kubeconfig, "-n", where];
            const { exitCode, stderr } = await cluster().run("kubectl", [...as, ...args]);
            expect(exitCode, stderr).to.equal(1);
            return stderr;
        }
    });
}
