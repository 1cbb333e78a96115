/** Ports that a PeerAuthentication takes out of the mesh's mTLS, and what has to be there then. */
import { expect } from "chai";
import { unknownValue } from "../recording";
import { type Given, policyAnalyzer } from "./analyzer";
import { deployment, guard, istioObject, labels, peerAuthentication, plaintext, sidecar, workload } from "./objects";

const anySidecar = "a Sidecar that terminates TLS there";
const anyGuard = "a guard, an AuthorizationPolicy with action DENY";

describe("policy port-without-mtls", () => {
    const analyzer = policyAnalyzer();

    async function missing(...stack: Given[]): Promise<string[]> {
        const found = await analyzer.violations(stack);
        return found
            .filter(({ policy }) => policy === "port-without-mtls")
            .flatMap(({ level, resource, message }) => {
                expect(level).to.equal("MANDATORY");
                expect(resource).to.equal("port");
                return message
                    .split("\n")
                    .flatMap((line) => /Missing for (.*?)(?: that terminates|, an Auth|;)/.exec(line)?.[1] ?? []);
            });
    }

    const forHttpbin = { sidecar: 'Deployment "httpbin": a Sidecar', guard: 'Deployment "httpbin": a guard' };

    it("says which of both is missing, and for which pods", async () => {
        expect(await missing(deployment, peerAuthentication(), sidecar(), guard())).to.deep.equal([]);
        expect(await missing(deployment, peerAuthentication(), sidecar())).to.deep.equal([forHttpbin.guard]);
        expect(await missing(deployment, peerAuthentication(), guard())).to.deep.equal([forHttpbin.sidecar]);
        expect(await missing(deployment, peerAuthentication())).to.deep.equal([forHttpbin.sidecar, forHttpbin.guard]);
        const [violation] = await analyzer.violations([deployment, peerAuthentication()]);
        expect(violation!.message).to.include(
            'PeerAuthentication "port" in namespace "test" turns mTLS off on port 9080.',
        );
        expect(violation!.message).to.include(anySidecar).and.to.include(anyGuard);
        expect(violation!.message).to.include(
            '{"from":[{"source":{"notPrincipals":["*"]}}],"to":[{"operation":{"ports":["9080"]}}]}',
        );
    });

    it("leaves other modes alone", async () => {
        for (const mode of ["STRICT", "PERMISSIVE", "UNSET"]) {
            expect(
                await missing(deployment, peerAuthentication({ portLevelMtls: { 9080: { mode } } })),
                mode,
            ).to.deep.equal([]);
        }
    });

    const noSidecars: Readonly<Record<string, Given>> = {
        "of another port": sidecar({ port: { number: 8443, protocol: "HTTPS", name: "external" } }),
        "without tls": sidecar({ tls: undefined }),
        "for other pods": sidecar({}, { app: "other" }),
        "in another namespace": {
            ...sidecar(),
            inputs: { ...sidecar().inputs, metadata: { name: "sidecar", namespace: "other" } },
        },
    };
    for (const [title, other] of Object.entries(noSidecars)) {
        it(`takes no Sidecar ${title}`, async () => {
            expect(await missing(deployment, peerAuthentication(), other, guard())).to.deep.equal([forHttpbin.sidecar]);
        });
    }

    const { to, from } = plaintext;
    const guards: Readonly<Record<string, object>> = {
        "on all ports": { from },
        "on all ports but others": { from, to: [{ operation: { notPorts: ["9081"] } }] },
        "for whoever is not on a list": {
            from: [{ source: { notPrincipals: ["example.com/alice"], notNamespaces: ["*"] } }],
            to,
        },
        "for whoever names no host in TLS": { to, when: [{ key: "connection.sni", notValues: ["*"] }] },
        "with the port as a condition": { from, when: [{ key: "destination.port", values: ["9080"] }] },
        "for everybody": {},
    };
    for (const [title, rule] of Object.entries(guards)) {
        it(`takes a guard ${title}`, async () => {
            expect(await missing(deployment, peerAuthentication(), sidecar(), guard(rule))).to.deep.equal([]);
        });
    }

    const noGuards: Readonly<Record<string, Given>> = {
        "on another port": guard({ from, to: [{ operation: { ports: ["8443"] } }] }),
        "that leaves the port out": guard({ from, to: [{ operation: { notPorts: ["9080"] } }] }),
        "for some paths": guard({ from, to: [{ operation: { ports: ["9080"], paths: ["/admin"] } }] }),
        "for some addresses": guard({ from: [{ source: { notPrincipals: ["*"], ipBlocks: ["10.0.0.0/8"] } }], to }),
        "for clients with a certificate": guard({ from: [{ source: { principals: ["*"] } }], to }),
        "for some hosts": guard({ to, when: [{ key: "connection.sni", values: ["example.com"] }] }),
        "for some headers": guard({ from, to, when: [{ key: "request.headers[x-a]", notValues: ["b"] }] }),
        "without rules": guard(plaintext, { rules: [] }),
        "that allows": guard(plaintext, { action: "ALLOW" }),
        "without action, which allows": guard(plaintext, { action: undefined }),
        "for other pods": guard(plaintext, { selector: { matchLabels: { app: "other" } } }),
        "for a gateway": guard(plaintext, { selector: undefined, targetRefs: [{ kind: "Gateway", name: "waypoint" }] }),
        "in another namespace": guard(plaintext, {}, { namespace: "other" }),
        "in a dry run": guard(plaintext, {}, { annotations: { "istio.io/dry-run": "true" } }),
    };
    for (const [title, other] of Object.entries(noGuards)) {
        it(`takes no policy ${title}`, async () => {
            expect(await missing(deployment, peerAuthentication(), sidecar(), other)).to.deep.equal([forHttpbin.guard]);
        });
    }

    it("takes a guard for the namespace, and one for the mesh", async () => {
        const namespaces = guard(plaintext, { selector: undefined });
        const mesh = guard(plaintext, { selector: undefined }, { namespace: "istio-system" });
        expect(await missing(deployment, peerAuthentication(), sidecar(), namespaces)).to.deep.equal([]);
        expect(await missing(deployment, peerAuthentication(), sidecar(), mesh)).to.deep.equal([]);
    });

    it("compares pods where it sees them, and selectors where it does not", async () => {
        const versions = { ...labels, version: "v1" };
        const stack = [peerAuthentication(), sidecar({}, versions), guard()];
        expect(await missing(workload("StatefulSet", "httpbin", versions), ...stack)).to.deep.equal([]);
        expect(await missing(workload("StatefulSet", "httpbin", versions), deployment, ...stack)).to.deep.equal([
            forHttpbin.sidecar,
        ]);
        expect(await missing(...stack)).to.deep.equal(['the pods {"app":"httpbin"}: a Sidecar']);
        expect(await missing(peerAuthentication(), sidecar(), guard())).to.deep.equal([]);
    });

    describe("where mTLS is off on every port", () => {
        const everyPort = peerAuthentication({ mtls: { mode: "DISABLE" }, portLevelMtls: undefined });
        const butOne = peerAuthentication({
            mtls: { mode: "DISABLE" },
            portLevelMtls: { 80: { mode: "STRICT" }, 9080: { mode: "UNSET" } },
        });
        const namespaces = istioObject("PeerAuthentication", "port", { mtls: { mode: "DISABLE" } });

        it("asks for a guard on every one", async () => {
            expect(await missing(deployment, everyPort, sidecar(), guard())).to.deep.equal([forHttpbin.guard]);
            expect(await missing(deployment, everyPort, sidecar(), guard({ from }))).to.deep.equal([]);
            expect(await missing(deployment, everyPort, guard({ from }))).to.deep.equal([forHttpbin.sidecar]);
            const split = guard(plaintext, {
                rules: [plaintext, { from, to: [{ operation: { notPorts: ["9080"] } }] }],
            });
            expect(await missing(deployment, everyPort, sidecar(), split)).to.deep.equal([]);
        });

        it("leaves out the ports with a mode of their own", async () => {
            const but80 = guard({ from, to: [{ operation: { notPorts: ["80"] } }] });
            expect(await missing(deployment, butOne, sidecar(), but80)).to.deep.equal([]);
            expect(await missing(deployment, everyPort, sidecar(), but80)).to.deep.equal([forHttpbin.guard]);
        });

        it("looks at a whole namespace, and leaves out pods with a narrower one", async () => {
            expect(await missing(deployment, namespaces)).to.deep.equal([forHttpbin.sidecar, forHttpbin.guard]);
            expect(await missing(namespaces)).to.deep.equal(["all pods: a Sidecar", "all pods: a guard"]);
            const strict = istioObject("PeerAuthentication", "strict", {
                selector: { matchLabels: labels },
                mtls: { mode: "STRICT" },
            });
            expect(await missing(deployment, namespaces, strict)).to.deep.equal([]);
        });

        it("looks at the mesh, and at none with a selector in its namespace, which Istio ignores", async () => {
            const mesh = (spec: object) =>
                istioObject("PeerAuthentication", "port", spec, { namespace: "istio-system" });
            expect(await missing(deployment, mesh({ mtls: { mode: "DISABLE" } }))).to.deep.equal([
                forHttpbin.sidecar,
                forHttpbin.guard,
            ]);
            expect(
                await missing(deployment, mesh({ selector: { matchLabels: labels }, mtls: { mode: "DISABLE" } })),
            ).to.deep.equal([]);
        });
    });

    describe("where a port is meant to answer in plain text", () => {
        const annotation = "istio-sidecar-tls/ports-in-plain-text";
        const annotated = (ports: unknown, spec: object = {}): Given => {
            const given = peerAuthentication({
                portLevelMtls: { 9080: { mode: "DISABLE" }, 9090: { mode: "DISABLE" }, 80: { mode: "STRICT" } },
                ...spec,
            });
            const metadata = { name: "port", namespace: "test", annotations: { [annotation]: ports } };
            return { ...given, inputs: { ...given.inputs, metadata } };
        };
        const refusals = async (...stack: Given[]) =>
            (await analyzer.violations(stack))
                .map(({ message }) => message.split("\n").at(-1)!)
                .filter((line) => line.includes(`["${annotation}"]`));

        it("asks for nothing there, and for all on the other ports", async () => {
            expect(await missing(deployment, annotated("9090"), sidecar(), guard())).to.deep.equal([]);
            expect(await missing(deployment, annotated("9090"), sidecar())).to.deep.equal([forHttpbin.guard]);
            expect(await missing(deployment, annotated(" 9080, 9090 "))).to.deep.equal([]);
            expect(await missing(deployment, annotated("9090"))).to.deep.equal([forHttpbin.sidecar, forHttpbin.guard]);
            const [violation] = await analyzer.violations([deployment, peerAuthentication()]);
            expect(violation!.message).to.include(`name the port in the PeerAuthentication's annotation ${annotation}`);
        });

        it("asks for a guard on the others where mTLS is off on every port", async () => {
            const every = (ports: unknown) => annotated(ports, { mtls: { mode: "DISABLE" } });
            const but9090 = guard({ from, to: [{ operation: { notPorts: ["80", "9090"] } }] });
            expect(await missing(deployment, every("9090"), sidecar(), but9090)).to.deep.equal([]);
            expect(await missing(deployment, every("9090"), sidecar())).to.deep.equal([forHttpbin.guard]);
        });

        it("refuses ports that it cannot mean, and asks for all there", async () => {
            for (const [value, port] of [
                ["9090,80", "80"],
                ["9090;9080", "9090;9080"],
                ["09090", "09090"],
                ["metrics", "metrics"],
                ["", ""],
            ] as const) {
                expect(await refusals(deployment, annotated(value), sidecar(), guard()), value).to.deep.equal([
                    `PeerAuthentication "port": metadata.annotations["${annotation}"]: "${value}" names "${port}", and has to name ports, with commas, whose mode in portLevelMtls is DISABLE: 9080, 9090`,
                ]);
            }
            expect(await missing(deployment, annotated("metrics"), sidecar(), guard())).to.deep.equal([
                forHttpbin.sidecar,
                forHttpbin.guard,
            ]);
            expect(await refusals(annotated("9090", { portLevelMtls: undefined }))).to.deep.equal([
                `PeerAuthentication "port": metadata.annotations["${annotation}"]: "9090" names "9090", and has to name ports, with commas, whose mode in portLevelMtls is DISABLE: there are none`,
            ]);
            expect(await refusals(deployment, annotated(9090), sidecar(), guard())).to.deep.equal([
                `PeerAuthentication "port": metadata.annotations["${annotation}"]: 9090 must be a string of ports with commas, such as "15020,9090"`,
            ]);
        });

        it("refuses the port on which a Sidecar terminates TLS, which needs its guard", async () => {
            const stack = [deployment, annotated("9080,9090"), sidecar()];
            expect(await refusals(...stack)).to.deep.equal([
                `PeerAuthentication "port": metadata.annotations["${annotation}"]: "9080,9090" names 9080, where a Sidecar terminates TLS: there a guard has to deny plaintext`,
            ]);
            expect(await missing(...stack)).to.deep.equal([forHttpbin.guard]);
        });

        it("says nothing in a preview that does not know the annotation, or the Sidecar", async () => {
            expect(await analyzer.violations([deployment, annotated(unknownValue)])).to.deep.equal([]);
            const later = istioObject("Sidecar", "sidecar", { ingress: unknownValue });
            expect(await analyzer.violations([deployment, annotated("9080,9090"), later])).to.deep.equal([]);
        });
    });

    it("keeps clusters apart by their kubeconfig, not by their provider", async () => {
        const on = (kubeconfig: string, given: Given, namespace = "a"): Given => ({
            ...given,
            provider: { kubeconfig, namespace },
        });
        const chain = [deployment, peerAuthentication(), sidecar()].map((one) => on("first", one));
        expect(await missing(...chain, on("first", guard(), "b"))).to.deep.equal([]);
        expect(await missing(...chain, on("second", guard()))).to.deep.equal([forHttpbin.guard]);
    });

    describe("in a preview", () => {
        const later: Readonly<Record<string, Given[]>> = {
            "the guard": [sidecar(), guard(plaintext, { rules: unknownValue })],
            "a rule of the guard": [sidecar(), guard({ ...plaintext, from: unknownValue })],
            "the guard's pods": [sidecar(), guard(plaintext, { selector: { matchLabels: { app: unknownValue } } })],
            "the guard's namespace": [sidecar(), guard(plaintext, {}, { namespace: unknownValue })],
            "the Sidecar": [istioObject("Sidecar", "sidecar", unknownValue), guard()],
            "the Sidecar's TLS": [sidecar({ tls: unknownValue }), guard()],
            "the Sidecar's listener": [istioObject("Sidecar", "sidecar", { ingress: [unknownValue] }), guard()],
            "the Sidecar's port": [sidecar({ port: { number: unknownValue } }), guard()],
            "all of both, for a cluster that is not there yet": [
                { ...sidecar(), inputs: {} },
                { ...guard(), inputs: {} },
            ],
        };
        for (const [title, objects] of Object.entries(later)) {
            it(`takes ${title} for right while it is not known`, async () => {
                expect(await missing(deployment, peerAuthentication(), ...objects)).to.deep.equal([]);
            });
        }

        it("says nothing of a PeerAuthentication that is not known", async () => {
            expect(await missing(deployment, peerAuthentication({ portLevelMtls: unknownValue }))).to.deep.equal([]);
            expect(
                await missing(deployment, peerAuthentication({ selector: { matchLabels: unknownValue } })),
            ).to.deep.equal([]);
            expect(await missing(deployment, { ...peerAuthentication(), inputs: {} })).to.deep.equal([]);
        });

        it("takes pods whose labels are not known for those that are meant", async () => {
            const versions = { ...labels, version: "v1" };
            const stack = [peerAuthentication(), sidecar({}, versions), guard()];
            expect(await missing(workload("Deployment", "httpbin", unknownValue), ...stack)).to.deep.equal([]);
            expect(await missing(workload("Deployment", "other", { app: unknownValue }), ...stack)).to.deep.equal([]);
        });
    });
});
