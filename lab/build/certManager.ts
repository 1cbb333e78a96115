/** cert-manager as the lab installs it: the image of its controller, and the rendered manifest of its own Helm chart. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "../command";
import { certManagerImage } from "../pins";
import { layerOfFiles, packImages } from "./archive";
import { type Build, buildFolder, buildKey } from "./cache";
import { goBuild, goModuleFolder } from "./go";

export const certManagerNamespace = "cert-manager";

/** Only the controller: the lab has neither the injector nor an image of the job that waits for the webhook. */
const values = {
    crds: { enabled: true, keep: false },
    imageRegistry: "",
    imageNamespace: "",
    image: certManagerImage,
    cainjector: { enabled: false },
    startupapicheck: { enabled: false },
};

/** Writes images.tar and manifest.yaml. */
export function certManagerBuild(): Build {
    const programs = goBuild("cert-manager");
    const sources = [__filename, join(__dirname, "archive.ts")];
    return {
        name: "cert-manager-image",
        title: "cert-manager's image and manifest",
        inputs: [
            JSON.stringify([values, certManagerNamespace]),
            buildKey(programs),
            ...sources.map((file) => readFileSync(file, "utf8")),
        ],
        expectedSeconds: 3,
        make: async (folder) => {
            const work = join(folder, "work");
            mkdirSync(work);
            const layer = await layerOfFiles(work, "controller", {
                "usr/local/bin/controller": join(buildFolder(programs), "controller"),
            });
            // The pod sets runAsNonRoot, which requires a numeric user.
            const configuration = { Entrypoint: ["/usr/local/bin/controller"], User: "1000:1000" };
            const name = `${certManagerImage.repository}:${certManagerImage.tag}`;
            await packImages([{ name, layers: [layer], configuration }], work, join(folder, "images.tar"));
            rmSync(work, { recursive: true });

            const module = await goModuleFolder("cert-manager", "github.com/cert-manager/cert-manager");
            const chart = [join(module, "deploy/charts/cert-manager"), "cert-manager", certManagerNamespace];
            const input = JSON.stringify(values);
            const manifest = await mustRun(join(buildFolder(programs), "chart"), chart, { input });
            writeFileSync(join(folder, "manifest.yaml"), manifest);
        },
    };
}
