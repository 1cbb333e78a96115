/**
 * Starts a stand-in that is written in TypeScript. The engine runs a plugin as an executable in whatever folder the
 * program is in, so the compiler's settings are named here instead of being looked for there. Node keeps what it has
 * compiled of the libraries: every `pulumi` command starts each plugin anew.
 */
const path = require("node:path");

require("node:module").enableCompileCache();
require("ts-node").register({ transpileOnly: true, project: path.join(__dirname, "../../tsconfig.json") });

module.exports = (file) => require(path.join(__dirname, file));
