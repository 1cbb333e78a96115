/**
 * The port never opens: a hostile client tries without a pause while the component is created, changed, damaged by hand,
 * killed half-way, and destroyed, and never gets a response from the application. `npm run prove` runs the long form; the
 * short form omits transitions that are similar to others.
 */
import { expect } from "chai";
import type { SidecarTlsTerminationArgs } from "../..";
import type { Operation, PulumiStack, StackResult } from "../../lab/toolchain/stack";
import { external } from "../listeners";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { flagOfIstiod, installRevision, moveNamespace, removeRevision } from "./istiodRevision";
import { type Kubectl, kubectlFor } from "./kubectl";
import { type ProgramStack, programStack } from "./programStack";
import { fixedNames, type Identity, otherLabels, parentUrn, renameInState, stackUrn } from "./proof/identity";
import { Istiod } from "./proof/istiod";
import { type Expected, Ledger, markdownTable } from "./proof/ledger";
import { newParties, type Parties, plaintextKinds, proofNamespace, startTraffic, uriOf } from "./proof/parties";
import { componentArguments, otherwise, type Variant } from "./proof/variants";
import { recover, removeFlag } from "./recovery";
import { applyIstioTask, namespace as taskNamespace } from "./traffic/istioTask";
import type { Traffic } from "./traffic/traffic";

const long = process.env["PROOF"] === "long";
const kills = long ? 21 : 6;

const otherNamespace = "proof-elsewhere";

const http1Ways = ["newConnections", "keepAlive"] as const;

/** An object of the component in its namespace: kind and name. */
type ClusterObject = readonly [kind: string, name: string];

const guard: ClusterObject = ["authorizationpolicy", "httpbin-guard"];
const sidecar: ClusterObject = ["sidecar", "httpbin-sidecar"];
const portPolicy: ClusterObject = ["peerauthentication", "httpbin-external-port"];
const otherObjects: readonly ClusterObject[] = [
    ["authorizationpolicy", "httpbin-second-guard"],
    ["peerauthentication", "httpbin-namespace"],
    ["secret", "httpbin-server-tls"],
    ["secret", "httpbin-client-ca"],
    ["serviceaccount", "httpbin"],
    ["service", "httpbin"],
    ["deployment", "httpbin"],
];

describeMesh(`the port never opens (${long ? "long" : "short"} form)`, (cluster) => {
    let kubectl: Kubectl;
    let istiod: Istiod;
    let parties: Parties;
    let component: ProgramStack<SidecarTlsTerminationArgs>;
    let traffic: Traffic | undefined;
    const ledger = new Ledger(() => traffic!);

    before("both clients run", async function () {
        this.timeout("3m");
        kubectl = kubectlFor(cluster());
        istiod = new Istiod(kubectl);
        parties = await newParties();
        component = await programStack(cluster(), "chain", "proof", componentArguments(parties));
        traffic = await startTraffic(cluster(), parties);
    });

    after("everything is removed, and the table is printed", async function () {
        this.timeout("8m");
        await traffic?.stop();
        await stack().pulumi(["cancel", "--yes"]);
        await component.remove();
        await deleteNamespaces();
        // A run that was killed while istiod restarted leaves the flag behind.
        if ((await flagOfIstiod(cluster())) === "true") {
            await removeFlag(cluster());
        }
        console.log(`\n${markdownTable(ledger.rows)}\n`);
    });

    const stack = (): PulumiStack => component.stack.withEnvironment({ CHAIN_IDENTITY: JSON.stringify(identity) });
    const up = (variant?: Variant, ...args: string[]): Promise<StackResult> => {
        component.setArguments(componentArguments(parties, variant));
        return stack().mustRun("up", args);
    };
    /** The component's name and place in later runs; an alias is where the state has it. */
    let identity: Identity = {};
    const upAs = (next: Identity, variant?: Variant, ...args: string[]): Promise<StackResult> => {
        identity = next;
        return up({ objectNames: fixedNames, ...variant }, ...args);
    };
    const inNamespace = (...args: string[]) => kubectl.run("-n", proofNamespace, ...args);

    /** Declares a test of one transition. */
    function transition(title: string, expected: Expected, change: () => Promise<unknown>): void {
        it(title, async function () {
            this.timeout("10m");
            await ledger.transition(title, expected, change);
        });
    }

    /** Declares a transition that only the long form tests. */
    function also(title: string, expected: Expected, change: () => Promise<unknown>): void {
        if (long) {
            transition(title, expected, change);
        }
    }

    /** Declares a test of a client whose certificate is valid and that must still be denied; `client` is its name or URI. */
    function denied(title: string, variant: Variant, client: string): void {
        it(`${title} gets no response either`, async function () {
            this.timeout("6m");
            await up(variant);
            await onePod();
            try {
                await restartTraffic({ unlisted: await parties.of(client) });
                await ledger.transition(`with the certificate of ${title}`, {}, () => ledger.hold());
            } finally {
                await restartTraffic({});
                await up();
            }
        });
    }

    it("control: with the Istio task applied by hand and without the feature flag, the port is open", async function () {
        this.timeout("5m");
        const onTask = await startTraffic(cluster(), parties, { namespace: taskNamespace });
        try {
            await applyIstioTask(kubectl, parties.authority);
            await ledger.control("the Istio task by hand, without the flag", onTask);
        } finally {
            await onTask.stop();
            await deleteNamespaces();
        }
    });

    // The number of engine events in a complete run, to spread the kills over the run.
    const events: Partial<Record<"up" | "update" | "destroy", number>> = {};

    transition("up", {}, async () => {
        events.up = (await up()).changeEvents;
    });
    transition("second up", { keepsService: true }, () => up());
    transition("certificates renewed", { keepsService: true }, async () => {
        const before = served();
        expect(before, "serial number of the served certificate").to.be.a("string");
        await up({ certificates: { validityPeriodHours: 2000 } });
        await eventually(
            "a new certificate is served",
            () => Promise.resolve(served()),
            (now) => now !== before,
        );
    });
    transition("from 1 pod to 3", { keepsService: true }, () => up({ workload: { replicas: 3 } }));
    transition("from 3 pods to 1", { keepsService: true }, async () => {
        await up();
        await onePod();
    });
    transition("istiod restarted", { keepsService: true }, () => istiod.restart());
    transition("another image", { keepsService: true }, async () => {
        await up({ workload: { image: "docker.io/kennethreitz/httpbin:next" } });
        await onePod();
    });
    transition("a pod starts while istiod is down", {}, podWithoutIstiod);
    transition("another TLS port, image, lifetime, and client", {}, async () => {
        await up();
        events.update = (await up(otherwise)).changeEvents;
    });
    also("other labels", {}, () => up({ workload: { labels: { app: "renamed" } } }));

    if (long) {
        denied("a client taken off the list", { clients: [{ name: "alice" }, { name: "carol" }] }, "bob");
        denied(
            "a client in the mesh's trust domain, where no list is kept",
            { anyClient: true },
            "spiffe://cluster.local/ns/default/sa/default",
        );
    }

    const flagOff = async (): Promise<void> => {
        try {
            await istiod.setFlag("false");
            await ledger.friendlyIsCutOff();
            await ledger.hold();
        } finally {
            await istiod.setFlag(undefined);
        }
    };
    transition("the flag set to false by hand, and unset again", {}, flagOff);
    also("the flag's envFrom removed by hand, and put back", {}, async () => {
        await istiod.removeEnvFrom();
        await ledger.friendlyIsCutOff();
        await ledger.hold();
        await up(undefined, "--refresh");
    });

    also("a revision without the flag takes the namespace over, and gives it back", {}, async () => {
        await installRevision(cluster(), "canary");
        try {
            await moveNamespace(cluster(), proofNamespace, "canary");
            await ledger.friendlyIsCutOff();
            await ledger.hold();
            await moveNamespace(cluster(), proofNamespace, "default");
        } finally {
            await removeRevision(cluster(), "canary");
        }
    });

    it("from here on, the component has its first arguments", async function () {
        this.timeout("5m");
        await up();
        await onePod();
    });
    transition("renamed with an alias", {}, () => upAs({ name: "shop", aliases: [{ name: "httpbin" }] }));
    also("the rollout of the other name undone by hand, and put back", {}, undoRollout);
    transition("renamed with an alias, with other labels", {}, () =>
        upAs({ name: "store", aliases: [{ name: "shop" }] }, otherLabels),
    );
    also("renamed without an alias, in the state", {}, async () => {
        await renameInState(stack(), "store", "httpbin");
        await upAs({}, otherLabels);
    });
    also("another parent, with the first labels", {}, () =>
        upAs({ parent: "platform", aliases: [{ parent: stackUrn("proof") }] }),
    );
    also("without the parent, and with another name", {}, () =>
        upAs({ name: "shop", aliases: [{ name: "httpbin", parent: parentUrn("proof", "platform") }] }),
    );
    transition("back to the first name and labels", {}, async () => {
        await upAs({ aliases: [{ name: long ? "shop" : "store" }] });
        identity = {};
        await up();
    });
    also("another namespace, and back", {}, async () => {
        const there = await startTraffic(cluster(), parties, { namespace: otherNamespace });
        try {
            const newPods = new Ledger(() => there, ledger.rows);
            await ledger.transition("another namespace: the old pods", { podsInTheEnd: false }, () =>
                newPods.transition("another namespace: the new pods", {}, () =>
                    up({ namespace: otherNamespace, clients: [{ name: "alice", uri: uriOf("alice") }] }),
                ),
            );
            await newPods.transition("back to the first namespace: the old pods", { podsInTheEnd: false }, () => up());
        } finally {
            await there.stop();
        }
    });
    also("another name of the project and of the stack", {}, async () => {
        component = await component.rename("moved", "elsewhere");
        await up();
    });
    for (const [, name] of [guard, ["authorizationpolicy", "httpbin-second-guard"]] as const) {
        also(`${name} selects no pod by a label added by hand`, {}, () => selectNothing(name));
        also(`${name} denies nothing by an annotation changed by hand, and put back`, {}, () => dryRun(name));
    }

    for (const object of [guard, sidecar, portPolicy]) {
        transition(`${object.join(" ")} deleted by hand, and put back`, {}, () => deleteAndPutBack(object));
    }
    for (const object of otherObjects) {
        also(`${object.join(" ")} deleted by hand, and put back`, {}, () => deleteAndPutBack(object));
    }

    it("from here on, TLS without a client certificate is allowed, and plaintext is not", async function () {
        this.timeout("2m");
        await restartTraffic({ kinds: plaintextKinds });
    });
    for (const mode of ["OPTIONAL_MUTUAL", "SIMPLE"] as const) {
        const declare = mode === "SIMPLE" ? transition : also;
        declare(`mode ${mode}`, {}, () => up({ anyClient: true, listeners: external({ mode }) }));
        declare(`mode ${mode}, the flag set to false by hand, and unset again`, {}, flagOff);
    }
    it("from here on, the sidecar forwards bytes as they are, to an application without HTTP/2", async function () {
        this.timeout("2m");
        await restartTraffic({ kinds: plaintextKinds, ways: http1Ways });
    });
    also("mode SIMPLE, protocol TLS", {}, () =>
        up({ anyClient: true, listeners: external({ mode: "SIMPLE", protocol: "TLS" }) }),
    );
    also("mode SIMPLE, protocol TLS, the flag set to false by hand, and unset again", {}, flagOff);
    transition("mode MUTUAL, protocol TLS", {}, () => up({ listeners: external({ protocol: "TLS" }) }));

    it("from here on, the hostile client uses all kinds of attempts again", async function () {
        this.timeout("2m");
        await restartTraffic({ ways: http1Ways });
    });
    also("protocol TLS, the flag set to false by hand, and unset again", {}, flagOff);

    transition("back to protocol HTTPS", {}, () => up());

    it("from here on, the friendly client also uses HTTP/2", async function () {
        this.timeout("2m");
        await restartTraffic({});
    });
    transition("destroy", { podsInTheEnd: false }, async () => {
        events.destroy = (await stack().mustRun("destroy")).changeEvents;
    });

    const phases = ["up", "update", "destroy"] as const;
    for (let kill = 0; kill < kills; kill++) {
        const phase = phases[kill % phases.length]!;
        const [nth, ofAll] = [Math.floor(kill / phases.length) + 1, kills / phases.length + 1];
        it(`${phase} killed at ${nth}/${ofAll} of its events, and recovered`, async function () {
            this.timeout("10m");
            const all = events[phase];
            if (all === undefined) {
                throw new Error(`the number of events of ${phase} is unknown, because its test failed`);
            }
            const event = Math.round((all * nth) / ofAll);
            const destroys = phase === "destroy";
            await ledger.transition(
                `${phase} killed at event ${event} of ${all}, recovered`,
                { podsInTheEnd: !destroys },
                async () => {
                    component.setArguments(componentArguments(parties, phase === "update" ? otherwise : undefined));
                    await killAndRecover(destroys ? "destroy" : "up", event);
                },
            );
        });
    }

    describe("in an existing namespace that is not STRICT", () => {
        before("the namespace exists", async () => {
            await kubectl.run("create", "namespace", proofNamespace);
        });

        const variant: Variant = { createNamespace: false, labelNamespace: true };
        transition("up, in a namespace that is not STRICT", {}, () => up(variant));
        for (const object of [portPolicy, guard, sidecar]) {
            const declare = object === portPolicy ? transition : also;
            declare(`its ${object.join(" ")} deleted by hand, and put back`, {}, () =>
                deleteAndPutBack(object, variant),
            );
        }
        also("other labels and another TLS port", {}, () =>
            up({ ...variant, listeners: external({ listenerPort: 9090 }), workload: { labels: { app: "renamed" } } }),
        );
        transition("other labels and another name of the Deployment", {}, () =>
            up({ ...variant, workload: { labels: { app: "moved" } }, objectNames: { deployment: "httpbin-moved" } }),
        );
        transition("destroy, after the serviceaccount was deleted by hand", { podsInTheEnd: false }, async () => {
            await inNamespace("delete", "serviceaccount", "httpbin");
            await stack().mustRun("destroy", ["--refresh"]);
        });

        after("the namespace is deleted", async function () {
            this.timeout("3m");
            await deleteNamespaces();
        });
    });

    async function killAndRecover(operation: Operation & ("up" | "destroy"), event: number): Promise<void> {
        const run = await stack().runAndKill(operation, event);
        try {
            expect(run.killed, `killed before it ended, at event ${run.changeEvents}`).to.equal(true);
            await recover(stack(), operation);
        } finally {
            await run.endChildren();
        }
    }

    function served(): string | undefined {
        return traffic!.snapshot().certificate?.serialNumber;
    }

    async function restartTraffic(options: Parameters<typeof startTraffic>[2]): Promise<void> {
        await traffic?.stop();
        traffic = undefined;
        traffic = await startTraffic(cluster(), parties, options);
    }

    /** Waits for one pod: pods that terminate keep serving for a while. */
    async function onePod(): Promise<void> {
        await eventually(
            "there is one pod",
            () => inNamespace("get", "pod", "-o", "name"),
            (pods) => pods.split("\n").filter((name) => name !== "").length === 1,
            120,
        );
    }

    /** Both pods of the rollout stand for a while: the old template names the old guard label. */
    async function undoRollout(): Promise<void> {
        await inNamespace("rollout", "undo", "deployment/httpbin");
        await inNamespace("rollout", "status", "deployment/httpbin", "--timeout=120s");
        await ledger.hold();
        await upAs(identity, undefined, "--refresh");
    }

    /** The provider compares the fields that the component sets, so the further label is no drift. */
    async function selectNothing(policy: string): Promise<void> {
        const patch = (...args: string[]) => inNamespace("patch", "authorizationpolicy", policy, ...args);
        const further = { spec: { selector: { matchLabels: { further: "label" } } } };
        await patch("--type=merge", `--patch=${JSON.stringify(further)}`);
        await sidecarHasNoPolicy(policy);
        await ledger.hold();
        const remove = [{ op: "remove", path: "/spec/selector/matchLabels/further" }];
        await patch("--type=json", `--patch=${JSON.stringify(remove)}`);
        await eventually(`the sidecar has policy ${policy} again`, envoyConfiguration, (text) =>
            text.includes(`policy[${policy}]`),
        );
    }

    async function dryRun(policy: string): Promise<void> {
        await inNamespace("annotate", "--overwrite", "authorizationpolicy", policy, "istio.io/dry-run=true");
        await eventually(`the sidecar has policy ${policy} as one that only counts`, envoyConfiguration, (text) =>
            text.includes('"shadow_rules":'),
        );
        await ledger.hold();
        await up(undefined, "--refresh");
        await eventually(
            `the sidecar no longer has policy ${policy} as one that only counts`,
            envoyConfiguration,
            (text) => !text.includes('"shadow_rules":'),
        );
    }

    async function podWithoutIstiod(): Promise<void> {
        const node = (await kubectl.run("get", "node", "-o", "name")).trim();
        const [old] = await pods();
        // The new pod is created, with its sidecar, and does not start before istiod is gone.
        await kubectl.run("cordon", node);
        try {
            await inNamespace("delete", "pod", old!.name, "--wait=false");
            await eventually("a new pod is pending", pods, (all) => all.some(({ name }) => name !== old!.name));
            await istiod.stop();
            await kubectl.run("uncordon", node);
            await eventually(
                "the new pod's sidecar runs",
                pods,
                (all) => all.length === 1 && all[0]!.name !== old!.name && all[0]!.proxyRuns,
                120,
            );
            await ledger.holdUnreachable();
        } finally {
            await kubectl.run("uncordon", node);
            await istiod.start();
        }
    }

    async function pods(): Promise<{ name: string; proxyRuns: boolean }[]> {
        const { items } = JSON.parse(await inNamespace("get", "pod", "-o", "json")) as {
            items: {
                metadata: { name: string };
                status: Partial<
                    Record<
                        "containerStatuses" | "initContainerStatuses",
                        { name: string; state: { running?: object } }[]
                    >
                >;
            }[];
        };
        return items.map(({ metadata, status }) => ({
            name: metadata.name,
            proxyRuns: [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].some(
                ({ name, state }) => name === "istio-proxy" && state.running !== undefined,
            ),
        }));
    }

    async function deleteAndPutBack([kind, name]: ClusterObject, variant?: Variant): Promise<void> {
        await inNamespace("delete", kind, name);
        if (kind === "authorizationpolicy") {
            await sidecarHasNoPolicy(name);
        }
        if (kind === "sidecar" || name === portPolicy[1]) {
            await ledger.friendlyIsCutOff();
        }
        // Without pods there is nothing to connect to.
        if (kind !== "deployment") {
            await ledger.hold();
        }
        await up(variant, "--refresh");
    }

    async function sidecarHasNoPolicy(policy: string): Promise<void> {
        await eventually(
            `the sidecar no longer has policy ${policy}`,
            envoyConfiguration,
            (text) => !text.includes(`policy[${policy}]`),
        );
    }

    /** Returns the active listeners of the sidecar. Listeners that it drains still serve the connections they have. */
    async function envoyConfiguration(): Promise<string> {
        const request = ["pilot-agent", "request", "GET", "config_dump?resource=dynamic_listeners"];
        const dump = await inNamespace("exec", "deployment/httpbin", "-c", "istio-proxy", "--", ...request);
        // pilot-agent may print a warning first.
        const { configs } = JSON.parse(dump.slice(dump.indexOf("{"))) as {
            configs: readonly { readonly active_state?: object }[];
        };
        return JSON.stringify(configs.map(({ active_state }) => active_state));
    }

    async function deleteNamespaces(): Promise<void> {
        const namespaces = [proofNamespace, otherNamespace, taskNamespace];
        await kubectl.run("delete", "namespace", ...namespaces, "--ignore-not-found", "--timeout=120s");
    }
});
