/** Ports on which a PeerAuthentication disables mTLS, and the Sidecar and the guard that they need instead. */
import { expect } from "chai";
import { unknownValue } from "../recording";
import { startAnalyzer, type TestResource } from "./analyzer";
import { deployment, guard, istioObject, labels, peerAuthentication, plaintext, sidecar, workload } from "./objects";

describe("policy port-without-mtls", () => {
    const analyzer = startAnalyzer();

    async function findMissing(...stack: TestResource[]): Promise<string[]> {
        const found = await analyzer.findViolations(stack);
        return found
            .filter(({ policy }) => policy === "port-without-mtls")
            .flatMap(({ level, resource, message }) => {
                expect(level).to.equal("MANDATORY");
                expect(resource).to.equal("port");
                return message
                    .split("\n")
                    .flatMap(
                        (line) =>
                            /Missing for (.*?)(?: that terminates TLS| that denies plaintext)/.exec(line)?.[1] ?? [],
                    );
            });
    }

    const forHttpbin = { sidecar: 'Deployment "httpbin": a Sidecar', guard: 'Deployment "httpbin": a guard' };

    it("reports whether the Sidecar or the guard is missing, and for which pods", async () => {
        expect(await findMissing(deployment, peerAuthentication(), sidecar(), guard())).to.deep.equal([]);
        expect(await findMissing(deployment, peerAuthentication(), sidecar())).to.deep.equal([forHttpbin.guard]);
        expect(await findMissing(deployment, peerAuthentication(), guard())).to.deep.equal([forHttpbin.sidecar]);
        expect(await findMissing(deployment, peerAuthentication())).to.deep.equal([
            forHttpbin.sidecar,
            forHttpbin.guard,
        ]);
        const [violation] = await analyzer.findViolations([deployment, peerAuthentication()]);
        expect(violation!.message.split("\n").slice(-3)).to.deep.equal([
            'PeerAuthentication "port" in namespace "test" disables mTLS on port 9080.',
            'Missing for Deployment "httpbin": a Sidecar that terminates TLS on port 9080. Without it, the application serves plaintext to any client. Add a Sidecar with an ingress listener for port 9080 that sets tls. If the port is meant to work without the Sidecar\'s TLS, for example for metrics, list it in metadata.annotations["istio-sidecar-tls/ports-in-plain-text"] of the PeerAuthentication.',
            'Missing for Deployment "httpbin": a guard that denies plaintext on port 9080. Without it, any client is served plaintext as soon as istiod loses ENABLE_TLS_ON_SIDECAR_INGRESS. Add an AuthorizationPolicy with action DENY and a rule that matches every plaintext connection to port 9080, for example {"from":[{"source":{"notPrincipals":["*"]}}],"to":[{"operation":{"ports":["9080"]}}]}.',
        ]);
    });

    it("ignores other modes", async () => {
        for (const mode of ["STRICT", "PERMISSIVE", "UNSET"]) {
            expect(
                await findMissing(deployment, peerAuthentication({ portLevelMtls: { 9080: { mode } } })),
                mode,
            ).to.deep.equal([]);
        }
    });

    const noSidecars: Readonly<Record<string, TestResource>> = {
        "of another port": sidecar({ port: { number: 8443, protocol: "HTTPS", name: "external" } }),
        "without tls": sidecar({ tls: undefined }),
        "for other pods": sidecar({}, { app: "other" }),
        "in another namespace": {
            ...sidecar(),
            inputs: { ...sidecar().inputs, metadata: { name: "sidecar", namespace: "other" } },
        },
    };
    for (const [title, other] of Object.entries(noSidecars)) {
        it(`does not accept a Sidecar ${title}`, async () => {
            expect(await findMissing(deployment, peerAuthentication(), other, guard())).to.deep.equal([
                forHttpbin.sidecar,
            ]);
        });
    }

    const { to, from } = plaintext;
    const guards: Readonly<Record<string, object>> = {
        "on all ports": { from },
        "on all ports except others": { from, to: [{ operation: { notPorts: ["9081"] } }] },
        "for clients outside a list": {
            from: [{ source: { notPrincipals: ["example.com/alice"], notNamespaces: ["*"] } }],
            to,
        },
        "for clients without SNI": { to, when: [{ key: "connection.sni", notValues: ["*"] }] },
        "with the port as a condition": { from, when: [{ key: "destination.port", values: ["9080"] }] },
        "for all clients": {},
    };
    for (const [title, rule] of Object.entries(guards)) {
        it(`accepts a guard ${title}`, async () => {
            expect(await findMissing(deployment, peerAuthentication(), sidecar(), guard(rule))).to.deep.equal([]);
        });
    }

    const noGuards: Readonly<Record<string, TestResource>> = {
        "on another port": guard({ from, to: [{ operation: { ports: ["8443"] } }] }),
        "that excludes the port": guard({ from, to: [{ operation: { notPorts: ["9080"] } }] }),
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
        it(`does not accept a policy ${title}`, async () => {
            expect(await findMissing(deployment, peerAuthentication(), sidecar(), other)).to.deep.equal([
                forHttpbin.guard,
            ]);
        });
    }

    it("accepts a guard for the namespace, and one for the mesh", async () => {
        const namespaces = guard(plaintext, { selector: undefined });
        const mesh = guard(plaintext, { selector: undefined }, { namespace: "istio-system" });
        expect(await findMissing(deployment, peerAuthentication(), sidecar(), namespaces)).to.deep.equal([]);
        expect(await findMissing(deployment, peerAuthentication(), sidecar(), mesh)).to.deep.equal([]);
    });

    it("compares pods of the stack, and selectors if the stack has no such pods", async () => {
        const versions = { ...labels, version: "v1" };
        const stack = [peerAuthentication(), sidecar({}, versions), guard()];
        expect(await findMissing(workload("StatefulSet", "httpbin", versions), ...stack)).to.deep.equal([]);
        expect(await findMissing(workload("StatefulSet", "httpbin", versions), deployment, ...stack)).to.deep.equal([
            forHttpbin.sidecar,
        ]);
        expect(await findMissing(...stack)).to.deep.equal(['the pods {"app":"httpbin"}: a Sidecar']);
        expect(await findMissing(peerAuthentication(), sidecar(), guard())).to.deep.equal([]);
    });

    describe("with mTLS disabled on every port", () => {
        const everyPort = peerAuthentication({ mtls: { mode: "DISABLE" }, portLevelMtls: undefined });
        const exceptOne = peerAuthentication({
            mtls: { mode: "DISABLE" },
            portLevelMtls: { 80: { mode: "STRICT" }, 9080: { mode: "UNSET" } },
        });
        const namespaces = istioObject("PeerAuthentication", "port", { mtls: { mode: "DISABLE" } });

        it("requires a guard on every port", async () => {
            expect(await findMissing(deployment, everyPort, sidecar(), guard())).to.deep.equal([forHttpbin.guard]);
            expect(await findMissing(deployment, everyPort, sidecar(), guard({ from }))).to.deep.equal([]);
            expect(await findMissing(deployment, everyPort, guard({ from }))).to.deep.equal([forHttpbin.sidecar]);
            const split = guard(plaintext, {
                rules: [plaintext, { from, to: [{ operation: { notPorts: ["9080"] } }] }],
            });
            expect(await findMissing(deployment, everyPort, sidecar(), split)).to.deep.equal([]);
        });

        it("excludes ports with another mode", async () => {
            const except80 = guard({ from, to: [{ operation: { notPorts: ["80"] } }] });
            expect(await findMissing(deployment, exceptOne, sidecar(), except80)).to.deep.equal([]);
            expect(await findMissing(deployment, everyPort, sidecar(), except80)).to.deep.equal([forHttpbin.guard]);
        });

        it("applies to a whole namespace, except for pods with a narrower PeerAuthentication", async () => {
            expect(await findMissing(deployment, namespaces)).to.deep.equal([forHttpbin.sidecar, forHttpbin.guard]);
            expect(await findMissing(namespaces)).to.deep.equal(["all pods: a Sidecar", "all pods: a guard"]);
            const strict = istioObject("PeerAuthentication", "strict", {
                selector: { matchLabels: labels },
                mtls: { mode: "STRICT" },
            });
            expect(await findMissing(deployment, namespaces, strict)).to.deep.equal([]);
        });

        it("applies to the mesh, but not with a selector in the root namespace, which Istio ignores", async () => {
            const mesh = (spec: object) =>
                istioObject("PeerAuthentication", "port", spec, { namespace: "istio-system" });
            expect(await findMissing(deployment, mesh({ mtls: { mode: "DISABLE" } }))).to.deep.equal([
                forHttpbin.sidecar,
                forHttpbin.guard,
            ]);
            expect(
                await findMissing(deployment, mesh({ selector: { matchLabels: labels }, mtls: { mode: "DISABLE" } })),
            ).to.deep.equal([]);
        });
    });

    describe("with a port that is meant to serve plaintext", () => {
        const annotation = "istio-sidecar-tls/ports-in-plain-text";
        const annotated = (ports: unknown, spec: object = {}): TestResource => {
            const given = peerAuthentication({
                portLevelMtls: { 9080: { mode: "DISABLE" }, 9090: { mode: "DISABLE" }, 80: { mode: "STRICT" } },
                ...spec,
            });
            const metadata = { name: "port", namespace: "test", annotations: { [annotation]: ports } };
            return { ...given, inputs: { ...given.inputs, metadata } };
        };
        const findProblems = async (...stack: TestResource[]) =>
            (await analyzer.findViolations(stack))
                .map(({ message }) => message.split("\n").at(-1)!)
                .filter((line) => line.includes(`["${annotation}"]`));

        it("requires nothing on this port, and everything on the other ports", async () => {
            expect(await findMissing(deployment, annotated("9090"), sidecar(), guard())).to.deep.equal([]);
            expect(await findMissing(deployment, annotated("9090"), sidecar())).to.deep.equal([forHttpbin.guard]);
            expect(await findMissing(deployment, annotated(" 9080, 9090 "))).to.deep.equal([]);
            expect(await findMissing(deployment, annotated("9090"))).to.deep.equal([
                forHttpbin.sidecar,
                forHttpbin.guard,
            ]);
        });

        it("requires a guard on the other ports with mTLS disabled on every port", async () => {
            const every = (ports: unknown) => annotated(ports, { mtls: { mode: "DISABLE" } });
            const except9090 = guard({ from, to: [{ operation: { notPorts: ["80", "9090"] } }] });
            expect(await findMissing(deployment, every("9090"), sidecar(), except9090)).to.deep.equal([]);
            expect(await findMissing(deployment, every("9090"), sidecar())).to.deep.equal([forHttpbin.guard]);
            const [violation] = await analyzer.findViolations([deployment, every("9090")]);
            expect(violation!.message.split("\n").slice(-3)).to.deep.equal([
                'PeerAuthentication "port" in namespace "test" disables mTLS on every port except 80, 9090.',
                'Missing for Deployment "httpbin": a Sidecar that terminates TLS. Without it, the application serves plaintext to any client. Add a Sidecar with an ingress listener that sets tls.',
                'Missing for Deployment "httpbin": a guard that denies plaintext on every port except 80, 9090. Without it, any client is served plaintext as soon as istiod loses ENABLE_TLS_ON_SIDECAR_INGRESS. Add an AuthorizationPolicy with action DENY and a rule that matches every plaintext connection to every port except 80, 9090, for example {"from":[{"source":{"notPrincipals":["*"]}}]}.',
            ]);
        });

        it("reports entries that exempt no port, and requires everything there", async () => {
            for (const [value, port] of [
                ["9090,80", "80"],
                ["9090;9080", "9090;9080"],
                ["09090", "09090"],
                ["metrics", "metrics"],
                ["", ""],
            ] as const) {
                expect(await findProblems(deployment, annotated(value), sidecar(), guard()), value).to.deep.equal([
                    `PeerAuthentication "port" sets metadata.annotations["${annotation}"] to "${value}". Entry "${port}" exempts no port, because portLevelMtls has no such port with mode DISABLE. List only these ports, separated by commas: 9080, 9090.`,
                ]);
            }
            expect(await findMissing(deployment, annotated("metrics"), sidecar(), guard())).to.deep.equal([
                forHttpbin.sidecar,
                forHttpbin.guard,
            ]);
            expect(await findProblems(annotated("9090", { portLevelMtls: undefined }))).to.deep.equal([
                `PeerAuthentication "port" sets metadata.annotations["${annotation}"] to "9090". Entry "9090" exempts no port, because portLevelMtls has no such port with mode DISABLE. Remove the annotation: no port in portLevelMtls has mode DISABLE.`,
            ]);
            expect(await findProblems(deployment, annotated(9090), sidecar(), guard())).to.deep.equal([
                `PeerAuthentication "port" sets metadata.annotations["${annotation}"] to 9090, which exempts no port because it is not a string. Use a string of comma-separated ports, for example "15020,9090".`,
            ]);
        });

        it("reports a port on which a Sidecar terminates TLS, because it needs its guard", async () => {
            const stack = [deployment, annotated("9080,9090"), sidecar()];
            expect(await findProblems(...stack)).to.deep.equal([
                `PeerAuthentication "port" sets metadata.annotations["${annotation}"] to "9080,9090". Port 9080 cannot be exempt, because a Sidecar terminates TLS there and a guard must deny plaintext. Remove 9080 from the list.`,
            ]);
            expect(await findMissing(...stack)).to.deep.equal([forHttpbin.guard]);
        });

        it("reports nothing if the annotation or the Sidecar is unknown in a preview", async () => {
            expect(await analyzer.findViolations([deployment, annotated(unknownValue)])).to.deep.equal([]);
            const later = istioObject("Sidecar", "sidecar", { ingress: unknownValue });
            expect(await analyzer.findViolations([deployment, annotated("9080,9090"), later])).to.deep.equal([]);
        });
    });

    it("tells clusters apart by kubeconfig, not by provider", async () => {
        const on = (kubeconfig: string, given: TestResource, namespace = "a"): TestResource => ({
            ...given,
            provider: { kubeconfig, namespace },
        });
        const stack = [deployment, peerAuthentication(), sidecar()].map((one) => on("first", one));
        expect(await findMissing(...stack, on("first", guard(), "b"))).to.deep.equal([]);
        expect(await findMissing(...stack, on("second", guard()))).to.deep.equal([forHttpbin.guard]);
    });

    describe("in a preview", () => {
        const later: Readonly<Record<string, TestResource[]>> = {
            "the guard": [sidecar(), guard(plaintext, { rules: unknownValue })],
            "a rule of the guard": [sidecar(), guard({ ...plaintext, from: unknownValue })],
            "the guard's pods": [sidecar(), guard(plaintext, { selector: { matchLabels: { app: unknownValue } } })],
            "the guard's namespace": [sidecar(), guard(plaintext, {}, { namespace: unknownValue })],
            "the Sidecar": [istioObject("Sidecar", "sidecar", unknownValue), guard()],
            "the Sidecar's TLS": [sidecar({ tls: unknownValue }), guard()],
            "the Sidecar's listener": [istioObject("Sidecar", "sidecar", { ingress: [unknownValue] }), guard()],
            "the Sidecar's port": [sidecar({ port: { number: unknownValue } }), guard()],
            "both objects, of a cluster that does not exist yet,": [
                { ...sidecar(), inputs: {} },
                { ...guard(), inputs: {} },
            ],
        };
        for (const [title, objects] of Object.entries(later)) {
            it(`treats ${title} as correct while unknown`, async () => {
                expect(await findMissing(deployment, peerAuthentication(), ...objects)).to.deep.equal([]);
            });
        }

        it("reports nothing for an unknown PeerAuthentication", async () => {
            expect(await findMissing(deployment, peerAuthentication({ portLevelMtls: unknownValue }))).to.deep.equal(
                [],
            );
            expect(
                await findMissing(deployment, peerAuthentication({ selector: { matchLabels: unknownValue } })),
            ).to.deep.equal([]);
            expect(await findMissing(deployment, { ...peerAuthentication(), inputs: {} })).to.deep.equal([]);
        });

        it("treats pods with unknown labels as a match", async () => {
            const versions = { ...labels, version: "v1" };
            const stack = [peerAuthentication(), sidecar({}, versions), guard()];
            expect(await findMissing(workload("Deployment", "httpbin", unknownValue), ...stack)).to.deep.equal([]);
            expect(await findMissing(workload("Deployment", "other", { app: unknownValue }), ...stack)).to.deep.equal(
                [],
            );
        });
    });
});
