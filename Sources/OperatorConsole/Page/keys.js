// The keyboard: everything can be done without a mouse, and nothing while somebody types.
const keys = {
  list: [
    ['j', 'next target', () => page.step(1)],
    ['k', 'previous target', () => page.step(-1)],
    ['ArrowDown', 'next target', () => page.step(1)],
    ['ArrowUp', 'previous target', () => page.step(-1)],
    ['1 … 9', 'target of that rank', null],
    ['a', 'accept: claim for an hour', () => marks.make('claim')],
    ['d', 'done: the spectrum is taken', () => marks.make('done')],
    ['s', 'skip: not now', () => marks.make('skip')],
    ['r', 'reject: no target at all', () => marks.make('reject')],
    ['l', 'release', () => marks.make('release')],
    ['u', 'undo', () => marks.undo()],
    ['c', 'copy "x nm, y nm"', () => marks.copy()],
    ['n', 'newest scan, and follow', () => page.openNewest()],
    ['[', 'older scan', () => page.stepScan(1)],
    [']', 'newer scan', () => page.stepScan(-1)],
    ['o', 'next overlay', () => page.stepOverlay(1)],
    ['O', 'overlay before', () => page.stepOverlay(-1)],
    ['i', 'image alone', () => page.showOverlay('none')],
    ['+', 'zoom in', () => page.view.zoomBy(1.4)],
    ['-', 'zoom out', () => page.view.zoomBy(1 / 1.4)],
    ['0', 'whole scan', () => page.view.fit()],
    ['Escape', 'close the target', () => page.choose(null)],
    ['?', 'these keys', () => byId('help-dialog').showModal()],
  ],

  listen() {
    addEventListener('keydown', (event) => this.pressed(event));
    const names = { ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc' };
    byId('help-keys').replaceChildren(...this.list.map(([key, words]) => element('div', {}, element('kbd', {}, names[key] ?? key), element('span', {}, words))));
  },

  pressed(event) {
    const dialog = document.querySelector('dialog[open]');
    if (dialog?.id === 'why-dialog' && event.altKey && /^[1-5]$/.test(event.key)) {
      event.preventDefault();
      byId('why-quick').children[Number(event.key) - 1]?.click();
      return;
    }
    if (dialog || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const within = (selector) => event.target instanceof Element && event.target.closest(selector);
    if (within('input, select, textarea')) return;
    if (event.target === byId('picture') && this.moveView(event)) return;
    // In a scrolled region, and among the overlays, arrows mean what they always mean.
    if (event.key.startsWith('Arrow') && within('.target, .table-frame, [role="radiogroup"], #picture')) return;
    if (/^[1-9]$/.test(event.key)) { event.preventDefault(); page.chooseRank(Number(event.key)); return; }
    const found = this.list.find(([key]) => key === event.key) ?? (event.key === '=' ? this.list.find(([key]) => key === '+') : null);
    if (!found?.[2]) return;
    event.preventDefault();
    found[2]();
  },

  moveView(event) {
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (!step || !page.scan) return false;
    event.preventDefault();
    page.view.panBy(...step);
    return true;
  },
};
