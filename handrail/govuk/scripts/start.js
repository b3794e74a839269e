// Runs before the page is drawn, so that what scripts will fold away never shows first. The design systems
// ask for these two names on the body.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
