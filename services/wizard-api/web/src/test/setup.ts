/** What jsdom lacks and Mantine asks for. */
const noQuery = (media: string): MediaQueryList =>
  ({ matches: false, media, onchange: null, addEventListener() {}, removeEventListener() {}, dispatchEvent: () => false }) as unknown as MediaQueryList;
window.matchMedia = noQuery;
window.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollIntoView = () => undefined;
