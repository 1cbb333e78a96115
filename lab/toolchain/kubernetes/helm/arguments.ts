/** The arguments of a Helm release that the stand-in supports. */
import { type Properties, toText } from "../../plugin/values";

/** Values of omitted arguments in the state: provider/pkg/provider/helm_release.go of pulumi-kubernetes. */
const defaults: Properties = {
    atomic: false,
    chart: "",
    createNamespace: false,
    description: "",
    name: "",
    namespace: "",
    skipAwait: false,
    skipCrds: false,
    values: {},
    version: "",
    waitForJobs: false,
};

const supported = [...Object.keys(defaults), "timeout"];

/** The SDK always sets this argument, which has no effect. */
const withoutEffect = "compat";

const defaultTimeoutSeconds = 300;

export interface DefaultIdentity {
    readonly name: string;
    readonly namespace: string;
}

/** Adds the defaults to the given arguments. */
export function resolveArguments(given: Properties, identity: DefaultIdentity): Properties {
    const others = Object.keys(given).filter(
        (key) => ![...supported, withoutEffect].includes(key) && isSet(given[key]),
    );
    if (others.length > 0) {
        throw new Error(
            `the stand-in for the kubernetes plugin does not support ${others.join(", ")} of a Helm release. It supports ` +
                `${supported.join(", ")}, with a chart on this machine. Use the real plugin ` +
                "(LAB_PLUGINS=real) for other arguments.",
        );
    }
    const kept = Object.fromEntries(
        Object.entries(given).filter(([key, value]) => supported.includes(key) && isSet(value)),
    );
    const skipsAwait = kept["skipAwait"] === true;
    return { ...defaults, timeout: skipsAwait ? 0 : defaultTimeoutSeconds, ...identity, ...kept };
}

function isSet(value: Properties[string] | undefined): boolean {
    return value !== undefined && value !== null && value !== false && toText(value, "something") !== "";
}
