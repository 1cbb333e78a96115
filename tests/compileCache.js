/**
 * Node.js keeps the compiled code of modules between runs: the tests start hundreds of processes that load the same modules,
 * and compiling them takes half of the start of each.
 */
"use strict";
const { enableCompileCache } = require("node:module");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

// The processes that the tests start inherit it; the folder is the one that Node.js takes by itself.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "node-compile-cache");
enableCompileCache(process.env.NODE_COMPILE_CACHE);
