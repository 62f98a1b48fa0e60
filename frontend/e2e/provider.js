// An OpenID provider that we have not written: oidc-provider, certified by the OpenID Foundation.
import { createServer } from "node:http";
import { once } from "node:events";
import Provider from "oidc-provider";

export const client = { id: "tls-sunset", secret: "only for tests, forty characters and more" };

/** For a server at this address. Whoever signs in is in the group of that name. */
export async function startProvider(origin) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`${origin}/sign-in/callback`],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    scopes: ["openid", "profile", "groups"],
    claims: { openid: ["sub"], profile: ["name"], groups: ["groups"] },
    pkce: { required: () => true },
    cookies: { keys: ["only for tests"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `${id} of the provider`, groups: [id] }) }),
  });
  server.on("request", provider.callback());
  return {
    issuer,
    env: {
      SUNSET_OIDC_ISSUER: issuer,
      SUNSET_OIDC_CLIENT_ID: client.id,
      SUNSET_OIDC_CLIENT_SECRET: client.secret,
      SUNSET_OIDC_SCOPES: "profile,groups",
      SUNSET_OIDC_ROLES: "boss=administrator,looker=viewer",
      SUNSET_OIDC_NAME: "Example",
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
