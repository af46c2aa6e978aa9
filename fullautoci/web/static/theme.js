// Loaded before anything is drawn, so that a chosen theme never flashes as the other one.
{
  const said = localStorage.getItem("theme");
  if (said === "light" || said === "dark") document.documentElement.dataset.theme = said;
}
