/** The container images that every lab has. All of them share a base layer. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "../command";
import { debianPackages, imageNames } from "../pins";
import { type Image, layerOfFiles, packImages, packLayer, searchPath } from "./archive";
import { type Build, buildFolder, buildKey } from "./cache";
import { Apt, debianPackageName, prepareMergedRoot, unpackPackages } from "./debian";
import { goBuild, goModuleFolder } from "./go";
import { distribution } from "./tools";
import { envoyBuild, httpbinRequirementsText, installHttpbin } from "./wheels";

/** Sleeps until SIGTERM or SIGINT. A plain `sleep` as the first process would ignore SIGTERM. */
const idle = ["/bin/sh", "-c", "trap 'exit 0' TERM INT; sleep infinity & wait"];

/** Writes files that maintainer scripts and the package base-files create. */
function finishBaseRoot(root: string): void {
    for (const folder of ["tmp", "root", "proc", "sys", "dev", "run", "etc", "var/lib", "var/log", "opt"]) {
        mkdirSync(join(root, folder), { recursive: true });
    }
    mkdirSync(join(root, "home"), { recursive: true });
    const files = {
        "etc/passwd":
            "root:x:0:0:root:/root:/bin/sh\nistio-proxy:x:1337:1337::/var/lib/istio:/bin/sh\n" +
            "nobody:x:65534:65534:nobody:/nonexistent:/bin/sh\n",
        "etc/group": "root:x:0:\nistio-proxy:x:1337:\nnogroup:x:65534:\n",
        "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    };
    for (const [name, text] of Object.entries(files)) {
        writeFileSync(join(root, name), text);
    }
}

/** Removes files that no container reads, and creates the links of Debian's alternatives. */
async function trimAndLink(root: string): Promise<void> {
    for (const folder of ["doc", "man", "info", "locale", "lintian", "bash-completion"]) {
        rmSync(join(root, "usr/share", folder), { recursive: true, force: true });
    }
    await mustRun("sh", [
        "-c",
        // Istio looks for iptables-nft and iptables-legacy. The plain names are for users.
        'cd "$1/usr/sbin" && for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ' +
            'ip6tables-restore; do [ -e "$name" ] || ln -s xtables-nft-multi "$name"; done',
        "link",
        root,
    ]);
}

export function imagesBuild(): Build {
    const mesh = goBuild("mesh");
    const envoy = envoyBuild();
    const sources = [__filename, ...["archive.ts", "debian.ts", "wheels.ts"].map((file) => join(__dirname, file))];
    return {
        name: "images",
        title: "container images",
        inputs: [
            distribution(),
            JSON.stringify([debianPackages, imageNames]),
            httpbinRequirementsText(),
            buildKey(mesh),
            buildKey(envoy),
            ...sources.map((file) => readFileSync(file, "utf8")),
        ],
        expectedSeconds: 50,
        make: async (folder, report) => {
            const work = join(folder, "work");
            mkdirSync(work);
            report("fetching package lists");
            const apt = await Apt.prepare(join(work, "apt"));
            const basePackages = await apt.download(debianPackages.base, report);
            const baseNames = new Set(basePackages.map(debianPackageName));

            const baseRoot = join(work, "base");
            prepareMergedRoot(baseRoot);
            // dpkg and tar are dependencies of dash, and an image does not need them.
            const useful = basePackages.filter((file) => !["dpkg", "tar"].includes(debianPackageName(file)));
            await unpackPackages(useful, baseRoot, report);
            finishBaseRoot(baseRoot);
            await trimAndLink(baseRoot);
            await mustRun("chmod", ["1777", join(baseRoot, "tmp")]);
            report("packing the base layer");
            const base = await packLayer(baseRoot, join(work, "base.tar"));

            const pythonRoot = join(work, "python");
            prepareMergedRoot(pythonRoot);
            const pythonPackages = await apt.download(debianPackages.python, report);
            const added = pythonPackages.filter((file) => !baseNames.has(debianPackageName(file)));
            await unpackPackages(added, pythonRoot, report);
            await trimAndLink(pythonRoot);
            report("installing httpbin");
            await installHttpbin(pythonRoot, join(pythonRoot, "opt/httpbin"));
            const python = await packLayer(pythonRoot, join(work, "python.tar"));

            report("packing Istio and Envoy");
            const istio = await goModuleFolder("mesh", "istio.io/istio");
            const proxy = await layerOfFiles(work, "proxy", {
                "usr/local/bin/pilot-agent": join(buildFolder(mesh), "pilot-agent"),
                "usr/local/bin/envoy": join(buildFolder(envoy), "envoy"),
                "var/lib/istio/envoy/envoy_bootstrap_tmpl.json": join(
                    istio,
                    "tools/packaging/common/envoy_bootstrap.json",
                ),
            });
            const pilot = await layerOfFiles(work, "pilot", {
                "usr/local/bin/pilot-discovery": join(buildFolder(mesh), "pilot-discovery"),
            });

            // With the default of two seconds, Envoy answers 503 to a request on a connection that gunicorn is closing.
            // Envoy itself closes idle connections after an hour.
            const keepAlive = ["--keep-alive", "7200"];
            const threads = ["--worker-class", "gthread", "--threads", "4"];
            const server = ["--bind", "0.0.0.0:80", ...threads, ...keepAlive, "httpbin:app"];
            const httpbin: Omit<Image, "name"> = {
                layers: [base, python],
                configuration: {
                    Cmd: ["python3", "-m", "gunicorn", ...server],
                    Env: [searchPath, "PYTHONPATH=/opt/httpbin", "PYTHONDONTWRITEBYTECODE=1"],
                },
            };
            const images: Image[] = [
                { name: imageNames.pause, layers: [base], configuration: { Cmd: idle } },
                { name: imageNames.curl, layers: [base], configuration: { Cmd: idle } },
                { name: imageNames.connectivityCheck, layers: [base], configuration: { Cmd: idle } },
                { name: imageNames.httpbin, ...httpbin },
                { name: imageNames.httpbinNext, ...httpbin },
                {
                    name: imageNames.proxy,
                    layers: [base, proxy],
                    configuration: { Entrypoint: ["/usr/local/bin/pilot-agent"] },
                },
                {
                    name: imageNames.pilot,
                    layers: [base, pilot],
                    // The pod sets runAsNonRoot, which requires a numeric user.
                    configuration: { Entrypoint: ["/usr/local/bin/pilot-discovery"], User: "1337:1337" },
                },
            ];
            report("writing the archive");
            await packImages(images, work, join(folder, "images.tar"));
            rmSync(work, { recursive: true });
        },
    };
}
