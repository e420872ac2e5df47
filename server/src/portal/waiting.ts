import { type Html, html } from './html.ts';

/**
 * The page behind the links of the waiting list: it shows an offer or an entry, and a button answers. Its token is the fragment of the address,
 * which browsers do not send. Opening it changes nothing.
 */
export const waitingPage = (script: string): Html => html`<h1>Waiting list</h1>
<noscript><p class="note">This page needs JavaScript.</p></noscript><form class="narrow" data-open hidden>
<p class="field"><label for="waiting-token">Code from the message</label><input id="waiting-token" name="token" autocomplete="one-time-code" maxlength="200" required></p>
<p class="error" role="alert" data-problem></p>
<p><button>Open</button></p>
</form>
<section data-offer hidden>
<p class="lead" data-said></p>
<dl class="facts"><dt>Visit</dt><dd data-what></dd><dt>With</dt><dd data-who></dd><dt>Time</dt><dd data-when></dd><dt>Held until</dt><dd data-until></dd></dl>
<p class="error" role="alert" data-problem></p>
<div data-answers><p><button type="button" data-take>Book this time</button></p>
<p><button type="button" class="second" data-decline>Not this time, go on waiting</button></p>
<p><button type="button" class="second" data-leave>Wait no more</button></p></div>
</section>
<section data-entry hidden>
<p class="lead" data-said></p>
<dl class="facts"><dt>Visit</dt><dd data-what></dd><dt>With</dt><dd data-who></dd><dt>Days</dt><dd data-when></dd></dl>
<p class="error" role="alert" data-problem></p>
<div data-answers><p><button type="button" class="second" data-leave>Wait no more</button></p></div>
</section>
<section data-done hidden><h2 tabindex="-1">Done</h2><p role="status" data-said></p></section>
<script type="module" src="${script}"></script>`;
