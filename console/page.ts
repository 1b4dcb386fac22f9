import { EXAMPLES } from './examples.ts';

/**
 * The page of the console. It has no inline script, because the content security policy allows none; what the script
 * must know stands in a block of data.
 */
export const consolePage = (): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cadastre</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="/console/graphiql.css">
<link rel="stylesheet" href="/console/console.css">
</head>
<body>
<header>
<strong>Cadastre</strong>
<form id="sign-in" autocomplete="off">
<output id="who" role="status"></output>
<input id="token" type="password" placeholder="Paste a token to sign in" aria-label="Token" autocomplete="off" spellcheck="false" required>
<button type="submit">Sign in</button>
<a id="provider" hidden>Sign in with your company account</a>
<button id="sign-out" type="button" hidden>Sign out</button>
</form>
</header>
<noscript>The console needs JavaScript. The same questions can be asked with the command line: npx cadastre --help</noscript>
<main id="graphiql"></main>
<script type="application/json" id="examples">${JSON.stringify(EXAMPLES).replaceAll('<', '\\u003c')}</script>
<script src="/console/graphiql.js" defer></script>
<script src="/console/console.js" defer></script>
</body>
</html>
`;

/** A parcel with its boundary stones. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 4l9-2 3 7-5 5-7-3z" fill="#dceee4" stroke="#1c6b48" stroke-width="1.5"/><path d="M7 3l2 11M2 8l11-1" stroke="#1c6b48"/></svg>',
)}`;
