/** Mistakes that the compiler rejects: `tsc` fails at a directive below that no longer expects an error. */
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { expect } from "chai";
import { createIstioResource, type IstioKind } from "../../../components/kubernetes/istioResource";
import type { PeerAuthenticationSpec } from "../../../components/mesh/peerAuthentication";
import type { SidecarSpec } from "../../../components/sidecar/sidecar";
import { nonEmptyString, object, required } from "../../../components/validation/checks";

describe("the compiler", () => {
    it("holds that required arguments use required(), and no others", () => {
        object<{ name: string; other?: string }>({ name: required(nonEmptyString), other: nonEmptyString });
        // @ts-expect-error: a required argument without required()
        object<{ name: string }>({ name: nonEmptyString });
        // @ts-expect-error: an optional argument with required()
        object<{ name?: string }>({ name: required(nonEmptyString) });
        // @ts-expect-error: a forgotten argument
        object<{ name: string; other?: string }>({ name: required(nonEmptyString) });
    });

    it("holds that an Istio object has the spec of its kind", () => {
        const create = (kind: IstioKind<PeerAuthenticationSpec>, spec: SidecarSpec, opts: CustomResourceOptions) =>
            // @ts-expect-error: the spec of a Sidecar
            createIstioResource("name", kind, { name: "name" }, spec, opts);
        expect(create).to.be.a("function");
    });
});
