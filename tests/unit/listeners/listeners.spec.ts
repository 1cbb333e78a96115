/** Listeners, and the objects in which each of them appears. */
import { expect } from "chai";
import type { Listener } from "../../..";
import { make } from "../component";

/** Three listeners with TLS, in two modes, and two without. */
const several: Listener[] = [
    { name: "partners", protocol: "HTTPS" },
    {
        name: "public",
        protocol: "HTTPS",
        servicePort: 443,
        listenerPort: 9443,
        tls: { mode: "SIMPLE", minProtocolVersion: "TLSV1_3" },
    },
    { name: "database", protocol: "TLS", servicePort: 5433, listenerPort: 9544, applicationPort: 5432 },
    { name: "mesh", protocol: "HTTP" },
    { name: "mesh-database", protocol: "TCP", servicePort: 5432, listenerPort: 9545, applicationPort: 5432 },
];

describe("listeners", () => {
    it("are ports of the Sidecar, each with its protocol, TLS settings and port of the application", async () => {
        const { made } = await make({ listeners: several });
        const { ingress } = made.get("kubernetes:networking.istio.io/v1:Sidecar", "shop-sidecar").inputs["spec"] as {
            ingress: object[];
        };
        const files = {
            privateKey: "/etc/istio/tls-certs/tls.key",
            serverCertificate: "/etc/istio/tls-certs/tls.crt",
        };
        const caCertificates = "/etc/istio/tls-ca-certs/ca.crt";
        expect(ingress).to.deep.equal([
            {
                port: { number: 9080, protocol: "HTTPS", name: "partners" },
                defaultEndpoint: "0.0.0.0:80",
                tls: { mode: "MUTUAL", minProtocolVersion: "TLSV1_2", ...files, caCertificates },
            },
            {
                port: { number: 9443, protocol: "HTTPS", name: "public" },
                defaultEndpoint: "0.0.0.0:80",
                tls: { mode: "SIMPLE", minProtocolVersion: "TLSV1_3", ...files },
            },
            {
                port: { number: 9544, protocol: "TLS", name: "database" },
                defaultEndpoint: "0.0.0.0:5432",
                tls: { mode: "MUTUAL", minProtocolVersion: "TLSV1_2", ...files, caCertificates },
            },
            { port: { number: 9081, protocol: "HTTP", name: "mesh" }, defaultEndpoint: "0.0.0.0:80" },
            { port: { number: 9545, protocol: "TCP", name: "mesh-database" }, defaultEndpoint: "0.0.0.0:5432" },
        ]);
    });

    it("are ports of the Service, whose names are unique and contain the protocol for Istio", async () => {
        const { made } = await make({ listeners: several });
        const { ports } = made.get("kubernetes:core/v1:Service", "shop-service").inputs["spec"] as { ports: object[] };
        expect(ports).to.deep.equal([
            { name: "https", port: 8443, targetPort: 9080 },
            { name: "https-443", port: 443, targetPort: 9443 },
            { name: "tls-5433", port: 5433, targetPort: 9544 },
            { name: "http", port: 8080, targetPort: 9081 },
            { name: "tcp-5432", port: 5432, targetPort: 9545 },
        ]);
    });

    it("are all guarded: with client certificates, or by SNI in mode SIMPLE", async () => {
        const { made } = await make({ listeners: several });
        const policy = made.get("kubernetes:security.istio.io/v1:AuthorizationPolicy", "shop-guard").inputs["spec"];
        expect((policy as { rules: object[] }).rules).to.deep.equal([
            { from: [{ source: { notPrincipals: ["*"] } }], to: [{ operation: { notPorts: ["9443"] } }] },
            { to: [{ operation: { ports: ["9443"] } }], when: [{ key: "connection.sni", notValues: ["*"] }] },
            {
                from: [{ source: { namespaces: ["*"] } }],
                to: [{ operation: { ports: ["9080", "9443", "9544"] } }],
            },
        ]);
    });

    it("are excluded from mesh mTLS if they terminate TLS", async () => {
        const { made } = await make({ listeners: several });
        const type = "kubernetes:security.istio.io/v1:PeerAuthentication";
        const { portLevelMtls } = made.get(type, "shop-port-peer-authentication").inputs["spec"] as {
            portLevelMtls: object;
        };
        expect(portLevelMtls).to.deep.equal({
            "9080": { mode: "DISABLE" },
            "9443": { mode: "DISABLE" },
            "9544": { mode: "DISABLE" },
        });
    });

    it("add each port of the application to the container once", async () => {
        const { made } = await make({ listeners: several });
        const { template } = made.get("kubernetes:apps/v1:Deployment", "shop-deployment").inputs["spec"] as {
            template: { spec: { containers: { ports: object[] }[] } };
        };
        expect(template.spec.containers[0]!.ports).to.deep.equal([{ containerPort: 80 }, { containerPort: 5432 }]);
    });
});
