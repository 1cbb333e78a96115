/**
 * A lock between processes of this machine that a killed process cannot leave behind: a listening socket with an abstract
 * name, which the kernel releases when its holder ends. A process that waits can ask the holder what it is doing.
 */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const prefix = "\0istio-sidecar-tls/";

async function tryLock(name: string, doing: string): Promise<(() => void) | undefined> {
    const server = createServer((socket) => socket.end(`process ${process.pid}: ${doing}`));
    server.listen(prefix + name);
    try {
        await once(server, "listening");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
            return undefined;
        }
        throw error;
    }
    server.unref();
    return () => server.close();
}

/** What the holder of the lock says it is doing; undefined if the lock is free. */
export async function findLockHolder(name: string): Promise<string | undefined> {
    const socket = connect(prefix + name);
    try {
        let answer = "";
        for await (const chunk of socket.setEncoding("utf8")) {
            answer += String(chunk);
        }
        return answer;
    } catch {
        return undefined;
    } finally {
        socket.destroy();
    }
}

/** Runs the action while holding the lock. Waits while another process holds it, and says so once. */
export async function withLock<T>(
    name: string,
    doing: string,
    say: (line: string) => void,
    action: () => Promise<T>,
): Promise<T> {
    for (let told = false; ; told = true) {
        const release = await tryLock(name, doing);
        if (release !== undefined) {
            try {
                return await action();
            } finally {
                release();
            }
        }
        if (!told) {
            say(`waiting for ${(await findLockHolder(name)) ?? "another process"}`);
        }
        await delay(300);
    }
}
