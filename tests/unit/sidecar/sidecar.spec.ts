/** The Sidecar: its listeners and what the workload may call. */
import { expect } from "chai";
import { external } from "../../listeners";
import { istio, make } from "../component";

describe("the Sidecar", () => {
    it("uses TCP for the application with the protocol TLS, and for clients in the mesh", async () => {
        const { made } = await make({ listeners: external({ protocol: "TLS" }) });
        const { ingress } = made.get(istio.sidecar, "shop-sidecar").inputs["spec"] as {
            ingress: { port: { protocol: string } }[];
        };
        expect(ingress.map(({ port }) => port.protocol)).to.deep.equal(["TLS", "TCP"]);
        const { ports } = made.get("kubernetes:core/v1:Service", "shop-service").inputs["spec"] as {
            ports: { name: string }[];
        };
        expect(ports.map(({ name }) => name)).to.deep.equal(["tls", "tcp"]);
    });

    it("has the egress of the workload, as a namespace-wide Sidecar would", async () => {
        const { made: recorded } = await make({
            egress: [{ hosts: ["./*", "istio-system/*"] }],
            outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
        });
        expect(
            recorded.get("kubernetes:networking.istio.io/v1:Sidecar", "shop-sidecar").inputs["spec"],
        ).to.deep.include({
            egress: [{ hosts: ["./*", "istio-system/*"] }],
            outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
        });
    });
});
