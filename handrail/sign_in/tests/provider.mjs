// The certified provider `oidc-provider`, as an organisation would run it. Whoever comes is signed in as the
// login_hint says: "name", or "name/how/acr" with a method and a strength that are vouched for.

import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [port, back] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "handrail",
      client_secret: "the secret of the client",
      redirect_uris: [back],
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  acrValues: ["two"],
  claims: { openid: ["sub", "amr"], acr: null, auth_time: null, iss: null },
  conformIdTokenClaims: false,
  cookies: { keys: ["of a test"] },
  features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
});

async function interact(request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") {
    const [accountId, how, acr] = params.login_hint.split("/");
    const login = { accountId, ...(how && { amr: [how] }), ...(acr && { acr }) };
    return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope("openid");
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

const answer = provider.callback();
createServer((request, response) => {
  const asked = request.url.startsWith("/interaction/") ? interact(request, response) : answer(request, response);
  Promise.resolve(asked).catch((error) => response.writeHead(500).end(String(error)));
}).listen(Number(port), "127.0.0.1", () => console.log("listening"));
