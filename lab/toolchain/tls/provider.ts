/**
 * Stand-in for the tls plugin: terraform-provider-tls behind pulumi-terraform-bridge (pkg/pf/tfbridge). Only the state stores
 * keys and certificates. Every change except that of earlyRenewalHours replaces them.
 */
import { version } from "@pulumi/tls/package.json";
import { findDifferences, withoutIgnored } from "../plugin/difference";
import type { ChangeRequest, CheckRequest, Difference, Log, PropertyChange, StandIn, State } from "../plugin/standIn";
import {
    containsSecret,
    type Properties,
    toSecret,
    toText,
    unknown,
    type Value,
    withoutSecrets,
} from "../plugin/values";
import * as certificates from "./certificates";
import { checkInputs } from "./check";
import { generatePrivateKey } from "./keys";
import { type ResourceSchema, schemaOf } from "./schema";

export class TlsStandIn implements StandIn {
    readonly version = version;

    constructor(private readonly log: Log) {}

    async configure(): Promise<void> {
        this.log("info", "tls: the lab's stand-in manages these resources, not the real plugin.");
    }

    cancel(): void {}

    async check({ type, news }: CheckRequest): Promise<Properties> {
        checkInputs(withoutSecrets(news), schemaOf(type));
        return news;
    }

    async diff({ type, olds, news, ignoreChanges }: ChangeRequest): Promise<Difference> {
        const schema = schemaOf(type);
        const old = withoutSecrets(olds);
        const inputs = inputNames(schema);
        // A value that the resource chose keeps its value.
        const planned = { ...pick(old, ["maxPathLength"]), ...fillDefaults(withoutSecrets(news), schema) };
        const changes = withoutIgnored(
            findDifferences(pick(old, inputs), pick(planned, inputs), {
                immutable: inputs.filter((name) => name !== "earlyRenewalHours").map((name) => [name]),
                emptyIsAbsent: false,
            }),
            ignoreChanges,
        );
        // Paths and kinds require an option that pulumi-tls does not set: pkg/pf/tfbridge/provider_diff.go.
        return { changes: [...changes, ...findRenewal(old, planned, schema)], namesOnly: true };
    }

    async create({ type, news, preview }: ChangeRequest): Promise<State> {
        const schema = schemaOf(type);
        const planned = fillDefaults(withoutSecrets(news), schema);
        if (preview) {
            const computed = Object.fromEntries(schema.computed.map((name) => [name, unknown]));
            return { id: "", properties: withSecrets({ ...planned, ...computed }, schema, news) };
        }
        const { id, outputs } = await createOutputs(type, planned);
        return { id, properties: withSecrets({ ...planned, ...outputs, id }, schema, news) };
    }

    async read({ type, id, olds, news }: ChangeRequest): Promise<State | undefined> {
        const schema = schemaOf(type);
        const state = withoutSecrets(olds);
        const due: Properties = schema.isCertificate && isDue(state, state) ? { readyForRenewal: true } : {};
        return { id, properties: withSecrets({ ...state, ...due }, schema, olds), inputs: news };
    }

    async update({ type, olds, news }: ChangeRequest): Promise<State> {
        const schema = schemaOf(type);
        const state = { ...withoutSecrets(olds), ...fillDefaults(withoutSecrets(news), schema) };
        return { id: "", properties: withSecrets(state, schema, news) };
    }

    async delete(): Promise<void> {}
}

async function createOutputs(type: string, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    if (type === "tls:index/privateKey:PrivateKey") {
        return generatePrivateKey(inputs);
    }
    switch (type) {
        case "tls:index/certRequest:CertRequest":
            return certificates.createCertificateRequest(inputs);
        case "tls:index/selfSignedCert:SelfSignedCert":
            return certificates.createSelfSignedCertificate(inputs);
        default:
            return certificates.createLocallySignedCertificate(inputs);
    }
}

function inputNames(schema: ResourceSchema): string[] {
    return [...schema.required, ...schema.optional];
}

/** Adds the defaults to the inputs, as the state has them. */
function fillDefaults(inputs: Properties, schema: ResourceSchema): Properties {
    const planned: Properties = { ...schema.defaults, ...inputs };
    if (schema.isCertificate && Number(planned["earlyRenewalHours"]) >= Number(planned["validityPeriodHours"])) {
        // See attribute_plan_modifier_bool/default_value.go.
        planned["readyForRenewal"] = true;
    }
    return planned;
}

/**
 * A certificate that is due for renewal is replaced without a change: common_cert.go,
 * modifyPlanIfCertificateReadyForRenewal.
 */
function findRenewal(old: Properties, planned: Properties, schema: ResourceSchema): PropertyChange[] {
    if (!schema.isCertificate) {
        return [];
    }
    if (isDue(old, planned)) {
        return [{ path: "readyForRenewal", kind: "update", replaces: true }];
    }
    return old["readyForRenewal"] === planned["readyForRenewal"]
        ? []
        : [{ path: "readyForRenewal", kind: "update", replaces: false }];
}

function isDue(state: Properties, planned: Properties): boolean {
    const end = Date.parse(toText(state["validityEndTime"]));
    return Date.now() >= end - Number(planned["earlyRenewalHours"] ?? 0) * 3_600_000;
}

function withSecrets(state: Properties, schema: ResourceSchema, source: Properties): Properties {
    const isSecret = (name: string): boolean => schema.secret.includes(name) || containsSecret(source[name]);
    return Object.fromEntries(
        Object.entries(state).map(([name, value]): [string, Value] => [name, isSecret(name) ? toSecret(value) : value]),
    );
}

function pick(properties: Properties, names: readonly string[]): Properties {
    return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}
