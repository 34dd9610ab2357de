// PostGraphile behind grafserv's own Node server, one process.
import { createServer } from "node:http";

import "./node20.mjs";

import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";

import { preset } from "./preset.mjs";

const pgl = postgraphile(preset);
const serv = pgl.createServ(grafserv);
const server = createServer();
await serv.addTo(server);
await serv.ready();
server.listen(Number(process.env.PORT ?? 8703), "127.0.0.1");
