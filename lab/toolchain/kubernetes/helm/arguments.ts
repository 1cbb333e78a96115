/** The arguments of a release that the stand-in serves. */
import { type Properties, text } from "../../plugin/values";

/** As provider/pkg/provider/helm_release.go of pulumi-kubernetes keeps what a program leaves out. */
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

const served = [...Object.keys(defaults), "timeout"];

/** The SDK always adds it. */
const withoutEffect = "compat";

const defaultTimeoutSeconds = 300;

export interface DefaultIdentity {
    readonly name: string;
    readonly namespace: string;
}

/** What is given, with the defaults. */
export function releaseArguments(given: Properties, identity: DefaultIdentity): Properties {
    const others = Object.keys(given).filter((key) => ![...served, withoutEffect].includes(key) && isSet(given[key]));
    if (others.length > 0) {
        throw new Error(
            `the stand-in for the kubernetes plugin does not serve ${others.join(", ")} of a Helm release. It serves ` +
                `${served.join(", ")}, with a chart that lies on this machine. Run with the real plugin ` +
                "(LAB_PLUGINS=real) for others.",
        );
    }
    const kept = Object.fromEntries(
        Object.entries(given).filter(([key, value]) => served.includes(key) && isSet(value)),
    );
    const skipsAwait = kept["skipAwait"] === true;
    return { ...defaults, timeout: skipsAwait ? 0 : defaultTimeoutSeconds, ...identity, ...kept };
}

function isSet(value: Properties[string] | undefined): boolean {
    return value !== undefined && value !== null && value !== false && text(value, "something") !== "";
}
