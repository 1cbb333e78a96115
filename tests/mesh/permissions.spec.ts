/** docs/permissions.md: the documented permissions suffice for each documented user, and each user needs all of them. */
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

/** The namespace in docs/permissions.md. */
const namespace = "shop";
const workload = { image: "docker.io/kennethreitz/httpbin", port: 80 };

/** Set on all objects of a component, so that an update changes each of them. */
const commonLabels = { team: "shop" };

describeMesh("the documented permissions", (cluster) => {
    let kubectl: Kubectl;

    before("a client outside the mesh runs", async function () {
        this.timeout("2m");
        kubectl = kubectlFor(cluster());
        await startClient(cluster(), outsideClient);
    });

    describe("of a platform team that manages the flag, and of an application team", () => {
        const later = cleanUp();
        const args = { namespace, workload, istiod: { manageFeatureFlag: false } };
        let platform: DocumentedUser;
        let team: DocumentedUser;
        let flag: ProgramStack<object>;
        let component: ServingStack;

        before("the application's namespace and a stack of each team exist", async function () {
            this.timeout("2m");
            later(() => deleteShop(cluster()));
            await createShop(cluster(), { "istio-injection": "enabled" });
            platform = await documentedUser(cluster(), later, "platform");
            team = await documentedUser(cluster(), later, "team");
            flag = await programStack(cluster(), "flag", "platform", {}, as(platform));
            later(() => flag.remove());
            component = await servingStack(cluster(), "team", args, "chain", as(team));
            later(() => component.remove());
        });

        it("without permission to create its ConfigMap, the flag is not set and the error says why", async function () {
            this.timeout("2m");
            const configMap = { namespace: istioNamespace, name: featureFlagConfigMapName };
            await removeConfigMap();
            const restore = await withhold(cluster(), platform, ["create"], "configmaps", configMap);
            const { exitCode, stdout } = await flag.stack.run("up");
            expect(exitCode).not.to.equal(0);
            expect(stdout).to.match(/configmaps .* is forbidden: .* cannot create resource "configmaps"/);
            expect(await flagOfIstiod(cluster())).to.equal("");
            await restore();
        });

        it("let the platform team set the flag, and the next preview is empty", async function () {
            this.timeout("3m");
            await flag.stack.mustRun("up");
            expect(await flagOfIstiod(cluster())).to.equal("true");
            await flag.stack.mustRun("preview", ["--expect-no-changes"]);
        });

        it("without permission to create the guard, nothing after the guard is created and the error says why", async function () {
            this.timeout("2m");
            const restore = await withhold(cluster(), team, ["create"], "authorizationpolicies", { namespace });
            const { exitCode, stdout } = await component.stack.run("up");
            expect(exitCode).not.to.equal(0);
            expect(stdout).to.match(/authorizationpolicies.security.istio.io is forbidden: .* cannot create resource/);
            const kinds = "peerauthentications,sidecars,secrets,deployments,services";
            expect(await kubectl.run("-n", namespace, "get", kinds, "-o", "name")).to.equal("");
            await restore();
        });

        it("let the application team create the component in an existing namespace, change all objects, and refresh", async function () {
            this.timeout("5m");
            await component.stack.mustRun("up");
            await component.servesItsClient();
            component.setArguments({ ...args, commonLabels });
            const { steps } = await component.stack.mustRun("up");
            expect(operationsOn(steps, "httpbin-guard")).to.deep.equal(["update"]);
            await component.stack.mustRun("refresh", ["--expect-no-changes"]);
        });

        it("without permission to list an object's kind, a destroy waits, and continues once it is granted", async function () {
            this.timeout("5m");
            const restore = await withhold(cluster(), team, ["list"], "sidecars", { namespace });
            const destroy = component.stack.run("destroy");
            await eventually(
                "a request for sidecars is denied",
                () => Promise.resolve(denied(team)),
                holds("sidecars"),
            );
            await restore();
            const { exitCode, stdout } = await destroy;
            expect(exitCode, stdout).to.equal(0);
        });

        it("let the platform team refresh and remove the flag", async function () {
            this.timeout("3m");
            await flag.stack.mustRun("refresh", ["--expect-no-changes"]);
            await flag.stack.mustRun("destroy");
            expect(await flagOfIstiod(cluster())).to.equal("");
        });

        it("give neither team access to the other's objects", async () => {
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

        it("are all used, and no other permission is requested", () => {
            expect(unusedRights(platform.rights, platform.requests())).to.deep.equal([]);
            expect(unusedRights(team.rights, team.requests())).to.deep.equal([]);
            expect(denied(platform)).to.deep.equal([]);
            expect(new Set(denied(team))).to.deep.equal(new Set(["create authorizationpolicies", "list sidecars"]));
        });
    });

    describe("of a team that labels its namespace itself", () => {
        const later = cleanUp();
        const labeled = (value: string): Declared[] => [
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
            await createShop(cluster(), {});
            user = await documentedUser(cluster(), later, "labeling-team");
            stack = await declaredStack(cluster(), "labeling-team", {}, as(user));
        });

        after(() => {
            stack.forget();
        });

        it("suffice, and are all used", async function () {
            this.timeout("3m");
            await stack.mustRun("up", labeled("enabled"));
            await stack.mustRun("up", labeled("disabled"));
            await stack.mustRun("refresh", labeled("disabled"), ["--expect-no-changes"]);
            await stack.mustRun("destroy", []);
            expect(unusedRights(user.rights, user.requests())).to.deep.equal([]);
            expect(denied(user)).to.deep.equal([]);
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
        let component: ServingStack;

        before(async () => {
            await removeConfigMap();
            user = await documentedUser(cluster(), later, "everything");
            component = await servingStack(cluster(), "everything", args, "wholePackage", as(user));
            later(() => component.remove());
        });

        it("suffice for an up, an empty preview, a change of every object, a refresh, and a destroy", async function () {
            this.timeout("8m");
            await component.stack.mustRun("up");
            await component.stack.mustRun("preview", ["--expect-no-changes"]);
            await component.servesItsClient();
            component.setArguments({ ...args, commonLabels });
            await component.stack.mustRun("up");
            await component.stack.mustRun("refresh", ["--expect-no-changes"]);
            await component.stack.mustRun("destroy");
            expect(await kubectl.exists("namespace", namespace)).to.equal(false);
        });

        it("are all used, and no other permission is requested", () => {
            // The check's Role changes only when the revisions of istiod change.
            expect(unusedRights(user.rights, user.requests())).to.deep.equal(["patch roles"]);
            expect(denied(user)).to.deep.equal([]);
        });
    });

    /** Removing the flag leaves its ConfigMap behind, empty; the next stack then does not create it. */
    async function removeConfigMap(): Promise<void> {
        await kubectl.run("-n", istioNamespace, "delete", "configmap", featureFlagConfigMapName, "--ignore-not-found");
    }

    /** Returns those of the actions that the user is allowed, in the notation of `kubectl auth can-i`. */
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

/** Requests of the user that were denied, except for Events: the plugin shows them if it can read them (await/watchers.go). */
function denied(user: DocumentedUser): string[] {
    return user
        .requests()
        .filter(({ isDenied, resource }) => isDenied && resource !== "events")
        .map(({ verbs, resource }) => `${verbs.join()} ${resource}`);
}

async function createShop(cluster: Cluster, labels: Readonly<Record<string, string>>): Promise<void> {
    await kubectlFor(cluster).apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } });
}

async function deleteShop(cluster: Cluster): Promise<void> {
    await kubectlFor(cluster).run("delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s");
}
