// The certified OpenID Connect provider of npm, for one test: node provider.mjs PORT KEYS
// Each start signs with a key of its own and goes on publishing those of the starts before, which the file KEYS holds.
import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import Provider from "oidc-provider";

const [port, keys] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;

const known = existsSync(keys) ? JSON.parse(readFileSync(keys, "utf8")) : [];
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const signer = { ...privateKey.export({ format: "jwk" }), kid: `key-${known.length}`, use: "sig", alg: "RS256" };
const jwks = [signer, ...known];
writeFileSync(keys, JSON.stringify(jwks));

const provider = new Provider(issuer, {
  jwks: { keys: jwks },
  clients: [
    {
      client_id: "app",
      client_secret: "app",
      grant_types: ["authorization_code", "client_credentials"],
      redirect_uris: [`${issuer}/back`],
    },
  ],
  pkce: { required: () => false },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // Whoever names no API gets a token for the provider's own user information, which is opaque.
      getResourceServerInfo: (_context, resource) => ({
        scope: "items:read items:write",
        audience: resource,
        accessTokenFormat: "jwt",
        accessTokenTTL: 600,
      }),
      useGrantedResource: () => true,
    },
  },
  interactions: { url: (_context, { uid }) => `/enter/${uid}` },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  // Nobody is asked for consent: it listens on this machine only.
  loadExistingGrant: async (context) => {
    const { client, session, provider, params } = context.oidc;
    const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
    grant.addOIDCScope("openid");
    for (const resource of [params.resource ?? []].flat()) {
      grant.addResourceScope(resource, "items:read items:write");
    }
    await grant.save();
    return grant;
  },
});

// Whoever is sent here to log in is Ada.
provider.use(async (context, next) => {
  if (!context.path.startsWith("/enter/")) return next();
  await provider.interactionFinished(context.req, context.res, { login: { accountId: "ada" } });
  context.respond = false;
});

provider.listen(Number(port), "127.0.0.1", () => console.log(`${issuer} is ready, signs with ${signer.kid}`));
