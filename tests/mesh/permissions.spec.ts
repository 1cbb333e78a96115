/** docs/permissions.md: its users can do what it says with the rights that stand there, and have none that they make no use of. */
import { expect } from "chai";
import { featureFlagConfigMapName } from "../../components/mesh/istiodFeatureFlag";
import type { Cluster } from "../../lab/cluster";
import { outsideClient, startClient } from "../../lab/demo/clients";
import { istioNamespace } from "../../lab/mesh/install";
import { cleanUp } from "./cleanUp";
import { type Declared, type DeclaredStack, declaredStack } from "./declaredStack";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { flagOfIstiod } from "./istiodRevision";
import { type Kubectl, kubectlFor } from "./kubectl";
import { type DocumentedUser, documentedUser, unusedRights } from "./permissions/documented";
import { may, withhold } from "./permissions/withhold";
import { type ProgramStack, programStack, type ServingStack, servingStack } from "./programStack";
import { operationsOn } from "./steps";

/** The namespace on the page. */
const namespace = "shop";
const workload = { image: "docker.io/kennethreitz/httpbin", port: 80 };

/** On all objects of a chain, so that each of them is changed. */
const commonLabels = { team: "shop" };

describeMesh("the documented permissions", (cluster) => {
    let kubectl: Kubectl;

    before("a client outside the mesh", async function () {
        this.timeout("2m");
        kubectl = kubectlFor(cluster());
        await startClient(cluster(), outsideClient);
    });

    describe("of a platform team for the flag, and of an application team", () => {
        const later = cleanUp();
        const args = { namespace, workload, istiod: { manageFeatureFlag: false } };
        let platform: DocumentedUser;
        let team: DocumentedUser;
        let flag: ProgramStack<object>;
        let chain: ServingStack;

        before("a namespace for the application, and a stack of each team", async function () {
            this.timeout("2m");
            later(() => deleteShop(cluster()));
            await makeShop(cluster(), { "istio-injection": "enabled" });
            platform = await documentedUser(cluster(), later, "platform");
            team = await documentedUser(cluster(), later, "team");
            flag = await programStack(cluster(), "flag", "platform", {}, as(platform));
            later(() => flag.remove());
            chain = await servingStack(cluster(), "team", args, "chain", as(team));
            later(() => chain.remove());
        });

        it("the flag is not set where its ConfigMap may not be created, and the error says so", async function () {
            this.timeout("2m");
            const configMap = { namespace: istioNamespace, name: featureFlagConfigMapName };
            await removeConfigMap();
            const giveBack = await withhold(cluster(), platform, ["create"], "configmaps", configMap);
            const { exitCode, stdout } = await flag.stack.run("up");
            expect(exitCode).not.to.equal(0);
            expect(stdout).to.match(/configmaps .* is forbidden: .* cannot create resource "configmaps"/);
            expect(await flagOfIstiod(cluster())).to.equal("");
            await giveBack();
        });

        it("the flag is set, and the next preview is empty", async function () {
            this.timeout("3m");
            await flag.stack.mustRun("up");
            expect(await flagOfIstiod(cluster())).to.equal("true");
            await flag.stack.mustRun("preview", ["--expect-no-changes"]);
        });

        it("nothing behind the guard is made where the guard may not be, and the error says so", async function () {
            this.timeout("2m");
            const giveBack = await withhold(cluster(), team, ["create"], "authorizationpolicies", { namespace });
            const { exitCode, stdout } = await chain.stack.run("up");
            expect(exitCode).not.to.equal(0);
            expect(stdout).to.match(/authorizationpolicies.security.istio.io is forbidden: .* cannot create resource/);
            const kinds = "peerauthentications,sidecars,secrets,deployments,services";
            expect(await kubectl.run("-n", namespace, "get", kinds, "-o", "name")).to.equal("");
            await giveBack();
        });

        it("the application's team brings it up in a namespace that exists, changes all of it and refreshes", async function () {
            this.timeout("5m");
            await chain.stack.mustRun("up");
            await chain.servesItsClient();
            chain.setArguments({ ...args, commonLabels });
            const { steps } = await chain.stack.mustRun("up");
            expect(operationsOn(steps, "httpbin-guard")).to.deep.equal(["update"]);
            await chain.stack.mustRun("refresh", ["--expect-no-changes"]);
        });

        it("a destroy waits where it may not list, and goes on once it may", async function () {
            this.timeout("5m");
            const giveBack = await withhold(cluster(), team, ["list"], "sidecars", { namespace });
            const destroy = chain.stack.run("destroy");
            await eventually("sidecars are asked for in vain", () => Promise.resolve(refused(team)), holds("sidecars"));
            await giveBack();
            const { exitCode, stdout } = await destroy;
            expect(exitCode, stdout).to.equal(0);
        });

        it("the flag is refreshed and taken away", async function () {
            this.timeout("3m");
            await flag.stack.mustRun("refresh", ["--expect-no-changes"]);
            await flag.stack.mustRun("destroy");
            expect(await flagOfIstiod(cluster())).to.equal("");
        });

        it("neither team reaches what is not its own", async () => {
            const elsewhere = ["-n", istioNamespace];
            expect(await allowed(platform, ["patch deployment/istiod", "watch pods"], elsewhere)).to.have.length(2);
            expect(
                await allowed(
                    platform,
                    ["get secrets", "patch deployment/other", "create deployments", "delete deployment/istiod"],
                    elsewhere,
                ),
            ).to.deep.equal([]);
            expect(await allowed(platform, ["get pods", "patch deployments"], ["-n", namespace])).to.deep.equal([]);
            expect(
                await allowed(team, ["list pods", "patch deployment/istiod", "get configmaps"], elsewhere),
            ).to.deep.equal([]);
            expect(await allowed(team, ["get namespaces", "patch namespace/shop", "list secrets -A"])).to.deep.equal(
                [],
            );
        });

        it("both made use of each of their rights, and asked for no other", () => {
            expect(unusedRights(platform.rights, platform.requests())).to.deep.equal([]);
            expect(unusedRights(team.rights, team.requests())).to.deep.equal([]);
            expect(refused(platform)).to.deep.equal([]);
            expect(new Set(refused(team))).to.deep.equal(new Set(["create authorizationpolicies", "list sidecars"]));
        });
    });

    describe("of a team that labels its namespace itself", () => {
        const later = cleanUp();
        const labelled = (value: string): Declared[] => [
            {
                name: "namespace",
                type: "kubernetes.core.v1.NamespacePatch",
                args: { metadata: { name: namespace, labels: { "istio-injection": value } } },
            },
        ];
        let user: DocumentedUser;
        let stack: DeclaredStack;

        before(async function () {
            this.timeout("2m");
            later(() => deleteShop(cluster()));
            await makeShop(cluster(), {});
            user = await documentedUser(cluster(), later, "labeling-team");
            stack = await declaredStack(cluster(), "labeling-team", {}, as(user));
        });

        after(() => {
            stack.forget();
        });

        it("suffice, and are made use of", async function () {
            this.timeout("3m");
            await stack.mustRun("up", labelled("enabled"));
            await stack.mustRun("up", labelled("disabled"));
            await stack.mustRun("refresh", labelled("disabled"), ["--expect-no-changes"]);
            await stack.mustRun("destroy", []);
            expect(unusedRights(user.rights, user.requests())).to.deep.equal([]);
            expect(refused(user)).to.deep.equal([]);
        });
    });

    describe("for the whole package", () => {
        const later = cleanUp();
        const args = {
            namespace,
            createNamespace: true,
            workload: { ...workload, replicas: 2 },
            clients: [{ name: "alice" }, { name: "bob" }],
            allowedSources: [{ cidr: "0.0.0.0/0" }],
        };
        let user: DocumentedUser;
        let chain: ServingStack;

        before(async () => {
            await removeConfigMap();
            user = await documentedUser(cluster(), later, "everything");
            chain = await servingStack(cluster(), "everything", args, "wholePackage", as(user));
            later(() => chain.remove());
        });

        it("suffice for an up, a preview that is empty, a change of every object, a refresh and a destroy", async function () {
            this.timeout("8m");
            await chain.stack.mustRun("up");
            await chain.stack.mustRun("preview", ["--expect-no-changes"]);
            await chain.servesItsClient();
            chain.setArguments({ ...args, commonLabels });
            await chain.stack.mustRun("up");
            await chain.stack.mustRun("refresh", ["--expect-no-changes"]);
            await chain.stack.mustRun("destroy");
            expect(await kubectl.exists("namespace", namespace)).to.equal(false);
        });

        it("are all made use of, and no other is asked for", () => {
            // The Role of the check changes with the revisions of istiod alone.
            expect(unusedRights(user.rights, user.requests())).to.deep.equal(["patch roles"]);
            expect(refused(user)).to.deep.equal([]);
        });
    });

    /** A flag that is taken away leaves it behind, empty, and it then need not be created. */
    async function removeConfigMap(): Promise<void> {
        await kubectl.run("-n", istioNamespace, "delete", "configmap", featureFlagConfigMapName, "--ignore-not-found");
    }

    /** Which of these the user may do, in the words of `kubectl auth can-i`. */
    async function allowed(
        user: DocumentedUser,
        all: readonly string[],
        where: readonly string[] = [],
    ): Promise<string[]> {
        const answers = await Promise.all(
            all.map(async (what) => ((await may(cluster(), user, [...what.split(" "), ...where])) ? [what] : [])),
        );
        return answers.flat();
    }
});

const as = (user: DocumentedUser) => ({ KUBECONFIG: user.kubeconfig });

const holds =
    (resource: string) =>
    (seen: readonly string[]): boolean =>
        seen.some((request) => request.endsWith(` ${resource}`));

/** What the user was refused. The plugin asks for Events as well, to show them, and does without (await/watchers.go). */
function refused(user: DocumentedUser): string[] {
    return user
        .requests()
        .filter(({ isRefused, resource }) => isRefused && resource !== "events")
        .map(({ verbs, resource }) => `${verbs.join()} ${resource}`);
}

async function makeShop(cluster: Cluster, labels: Readonly<Record<string, string>>): Promise<void> {
    await kubectlFor(cluster).apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } });
}

async function deleteShop(cluster: Cluster): Promise<void> {
    await kubectlFor(cluster).run("delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s");
}
