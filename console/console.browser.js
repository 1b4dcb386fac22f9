// Runs in the browser, after GraphiQL's bundle: signs in with a token and starts GraphiQL with it.
/* global YogaGraphiQL */
const KEY = 'cadastre.token';

takeTokenFromAddress();
const token = sessionStorage.getItem(KEY);

self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_moduleId, label) => `/console/${label === 'editorWorkerService' ? 'editor' : label}.worker.js`,
};

void showSignIn();
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#graphiql'), {
  title: 'Cadastre',
  logo: '<span></span>',
  fetcher: (request, options) => ask(request, options?.headers),
  defaultTabs: JSON.parse(document.querySelector('#examples').textContent),
  // Somebody may write a token there; it must not outlive the tab.
  shouldPersistHeaders: false,
});

/** A link from the terminal brings the token behind the #, which is sent to no server; it leaves the address at once. */
function takeTokenFromAddress() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (!fragment.has('token')) return;
  sessionStorage.setItem(KEY, fragment.get('token'));
  history.replaceState(null, '', location.pathname + location.search);
}

async function ask({ query, variables, operationName }, headers = {}) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return response.json();
}

async function showSignIn() {
  const form = document.querySelector('#sign-in');
  const [who, input, signIn, signOut] = form.elements;
  const provider = document.querySelector('#provider');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    sessionStorage.setItem(KEY, input.value.trim());
    location.reload();
  });
  signOut.addEventListener('click', async () => {
    if (!token) await fetch('/auth/logout', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    sessionStorage.removeItem(KEY);
    location.reload();
  });
  // Without a token there may be a session, whose cookie no script sees.
  const config = await fetch('/auth/config').then((response) => (response.ok ? response.json() : { oidc: null }));
  if (!token && !config.oidc) return;
  const { data, errors } = await ask({
    query: 'query ConsoleSignIn { me { roles principal { name } } }',
    operationName: 'ConsoleSignIn',
  });
  provider.href = '/auth/login';
  provider.hidden = Boolean(data?.me) || !config.oidc;
  signOut.hidden = !token && !data?.me;
  if (!token && !data?.me) return;
  who.textContent = data?.me ? `${data.me.principal.name} (${data.me.roles.join(', ')})` : errors[0].message;
  input.hidden = signIn.hidden = Boolean(data?.me);
}
