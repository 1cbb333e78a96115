/** What `pulumi preview --policy-pack node_modules/istio-sidecar-tls/policy` runs. */
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

new PolicyPack("istio-sidecar-tls", { policies });
