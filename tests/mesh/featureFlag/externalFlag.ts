/** The flag is managed outside the component: in the values of istiod's chart, or by a user who may change only istiod. */
import { expect } from "chai";
import { featureFlagName } from "../../../components/mesh/istiodFeatureFlag";
import type { Cluster } from "../../../lab/cluster";
import { istioNamespace } from "../../../lab/mesh/install";
import { cleanUp } from "../cleanUp";
import { type ClusterUser, clusterUser, rightsInOwnNamespace } from "../clusterUser";
import { flagOfIstiod, istiodPod, setIstiodValues } from "../istiodRevision";
import { documentedUser } from "../permissions/documented";
import type { ServingStack } from "../programStack";
import { createNamespace, deleteNamespace, istiodSettings, opened, workload } from "./surroundings";

export function describeExternalFlag(cluster: () => Cluster): void {
    describe("set in the values of istiod's chart", function () {
        this.timeout("5m");
        const later = cleanUp();
        const namespace = "flag-values";

        it("is used by the component, which changes nothing in istiod, neither in up nor in destroy", async () => {
            later(() => setIstiodValues(cluster(), []));
            await setIstiodValues(cluster(), [`values.pilot.env.${featureFlagName}=true`]);
            expect(await flagOfIstiod(cluster())).to.equal("true");
            const before = [await istiodSettings(cluster()), await istiodPod(cluster())];
            const istiod = { manageFeatureFlag: false };
            const component = await opened(cluster(), later, namespace, {
                namespace,
                createNamespace: true,
                workload,
                istiod,
            });
            const { steps } = await component.stack.mustRun("up");
            expect(steps.filter(({ type }) => /ConfigMapPatch|DeploymentPatch/.test(type))).to.deep.equal([]);
            await component.servesItsClient();
            expect([await istiodSettings(cluster()), await istiodPod(cluster())]).to.deep.equal(before);
            await component.stack.mustRun("destroy");
            expect([await istiodSettings(cluster()), await istiodPod(cluster())]).to.deep.equal(before);
        });
    });

    describe("set by a user who may change only istiod", function () {
        this.timeout("5m");
        const later = cleanUp();
        const namespace = "flag-tenant";
        let tenant: ClusterUser;
        let platform: ClusterUser;
        let component: ServingStack;

        before("there are two users, and a stack that uses both", async () => {
            later(() => deleteNamespace(cluster(), namespace));
            await createNamespace(cluster(), namespace, "default");
            const anything = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
            const account = { name: "tenant", namespace };
            tenant = await clusterUser(cluster(), account, rightsInOwnNamespace(account, anything));
            later(() => tenant.remove());
            platform = await documentedUser(cluster(), later, "platform");
            // A resource that used the default provider would find no cluster.
            const environment = {
                KUBECONFIG: "/dev/null",
                PLATFORM_KUBECONFIG: platform.kubeconfig,
                CHAIN_KUBECONFIG: tenant.kubeconfig,
            };
            component = await opened(
                cluster(),
                later,
                namespace,
                { namespace, workload },
                "separateProviders",
                environment,
            );
        });

        it("is out of reach for the component's user, as the component's namespace is for the flag's user", async () => {
            const patch = ["patch", "deployment", "istiod", "-p", '{"metadata":{"labels":{"tried":"true"}}}'];
            expect(await denial(tenant, istioNamespace, patch)).to.include('"istiod" is forbidden');
            expect(await denial(platform, namespace, ["get", "secrets"])).to.include("secrets is forbidden");
        });

        it("is set for the component, and removed with the stack", async () => {
            await component.stack.mustRun("up");
            expect(await flagOfIstiod(cluster())).to.equal("true");
            await component.servesItsClient();
            await component.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
            await component.stack.mustRun("destroy");
            expect(await flagOfIstiod(cluster())).to.equal("");
        });

        async function denial(user: ClusterUser, where: string, args: readonly string[]): Promise<string> {
            const as = ["--kubeconfig", user.kubeconfig, "-n", where];
            const { exitCode, stderr } = await cluster().run("kubectl", [...as, ...args]);
            expect(exitCode, stderr).to.equal(1);
            return stderr;
        }
    });
}
