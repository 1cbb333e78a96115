/** The entry point of `pulumi preview --policy-pack node_modules/istio-sidecar-tls/policy`. */
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

new PolicyPack("istio-sidecar-tls", { policies });
