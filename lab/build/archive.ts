/**
 * Container images without a registry or Docker: one archive in Docker's format (layers, a configuration for each image,
 * manifest.json) that containerd imports.
 */
import { createHash } from "node:crypto";
import { createReadStream, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "../command";

export interface Layer {
    readonly file: string;
    readonly sha256: string;
}

interface ImageConfiguration {
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly User?: string;
    readonly Env?: readonly string[];
}

export interface Image {
    readonly name: string;
    readonly layers: readonly Layer[];
    readonly configuration: ImageConfiguration;
}

export const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export async function packLayer(root: string, file: string): Promise<Layer> {
    const reproducible = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
    await mustRun("tar", ["--create", "--file", file, ...reproducible, "--directory", root, "."]);
    rmSync(root, { recursive: true });
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
        hash.update(chunk as Buffer);
    }
    return { file, sha256: hash.digest("hex") };
}

/** Packs a layer of single files. `files` maps target paths to source paths. */
export async function layerOfFiles(
    work: string,
    name: string,
    files: Readonly<Record<string, string>>,
): Promise<Layer> {
    const root = join(work, `${name}-root`);
    for (const [target, source] of Object.entries(files)) {
        await mustRun("install", ["-D", "--mode", "755", source, join(root, target)]);
    }
    return packLayer(root, join(work, `${name}.tar`));
}

/** Writes one archive with all images. */
export async function packImages(images: readonly Image[], work: string, archive: string): Promise<void> {
    const content = join(work, "content");
    mkdirSync(content);
    const manifest = images.map((image) => {
        const config = JSON.stringify({
            architecture: "amd64",
            os: "linux",
            config: { Env: [searchPath], ...image.configuration },
            rootfs: { type: "layers", diff_ids: image.layers.map((layer) => `sha256:${layer.sha256}`) },
            history: [],
        });
        const configFile = `${createHash("sha256").update(config).digest("hex")}.json`;
        writeFileSync(join(content, configFile), config);
        return {
            Config: configFile,
            RepoTags: [image.name],
            Layers: image.layers.map((layer) => `${layer.sha256}.tar`),
        };
    });
    writeFileSync(join(content, "manifest.json"), JSON.stringify(manifest));
    const layers = new Map(images.flatMap((image) => image.layers).map((layer) => [layer.sha256, layer.file]));
    for (const [sha256, file] of layers) {
        linkSync(file, join(content, `${sha256}.tar`));
    }
    await mustRun("tar", ["--create", "--file", archive, "--directory", content, ...readdirSync(content)]);
}
