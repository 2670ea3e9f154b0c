// The scan as an image: numbered boxes, overlay, scale bar; zoom and pan by wheel, drag, pinch and keys.
class ScanView {
  static margin = 10;

  constructor(canvas, handlers) {
    this.canvas = canvas;
    this.handlers = handlers;
    this.targets = [];
    this.pointers = new Map();
    this.strength = 0.65;
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
    this.listen();
    this.resize();
  }

  /** Another scan: everything of the one before is gone at once. */
  open(scan) {
    this.scan = scan;
    this.targets = [];
    this.selected = null;
    this.image = this.overlay = null;
    this.fit();
  }

  setImage(picture) { this.image = { picture, canvas: paint(picture, true) }; this.draw(); }
  setOverlay(picture) { this.overlay = picture ? { picture, canvas: paint(picture, false) } : null; this.draw(); }
  setTargets(targets) { this.targets = targets; this.draw(); }
  select(id) { this.selected = id; this.draw(); }
  setStrength(value) { this.strength = value; this.draw(); }

  resize() {
    const { clientWidth, clientHeight } = this.canvas.parentElement;
    const ratio = devicePixelRatio || 1;
    this.ratio = ratio;
    this.width = clientWidth;
    this.height = clientHeight;
    this.canvas.width = Math.max(1, Math.round(clientWidth * ratio));
    this.canvas.height = Math.max(1, Math.round(clientHeight * ratio));
    if (this.isFitted || !this.zoom) this.fit(); else this.draw();
  }

  /** The whole scan, centred. */
  fit() {
    this.isFitted = true;
    this.canvas.style.touchAction = 'pan-y';
    if (!this.scan) { this.zoom = 1; this.draw(); return; }
    const room = 2 * ScanView.margin;
    this.zoom = Math.max(0.01, Math.min((this.width - room) / this.scan.columns, (this.height - room) / this.scan.rows));
    this.left = (this.width - this.scan.columns * this.zoom) / 2 + 0.5 * this.zoom;
    this.top = (this.height - this.scan.rows * this.zoom) / 2 + 0.5 * this.zoom;
    this.draw();
  }

  zoomBy(factor, x = this.width / 2, y = this.height / 2) {
    if (!this.scan) return;
    const smallest = 0.5 * Math.min(this.width / this.scan.columns, this.height / this.scan.rows);
    const zoom = Math.max(smallest, Math.min(80, this.zoom * factor));
    const ratio = zoom / this.zoom;
    this.left = x - (x - this.left) * ratio;
    this.top = y - (y - this.top) * ratio;
    this.zoom = zoom;
    this.moved();
  }

  panBy(x, y) {
    this.left += x;
    this.top += y;
    this.moved();
  }

  moved() {
    const [width, height] = [this.scan.columns * this.zoom, this.scan.rows * this.zoom];
    this.left = Math.max(40 - width, Math.min(this.width - 40, this.left));
    this.top = Math.max(40 - height, Math.min(this.height - 40, this.top));
    this.isFitted = false;
    this.canvas.style.touchAction = 'none';
    this.handlers.moved();
    this.draw();
  }

  /** Brings a target into view where zooming has put it out of sight. */
  reveal(target) {
    const [x, y] = this.toScreen(target.column, target.row);
    if (x > 30 && y > 30 && x < this.width - 30 && y < this.height - 30) return;
    this.panBy(this.width / 2 - x, this.height / 2 - y);
  }

  toScreen(column, row) { return [this.left + column * this.zoom, this.top + row * this.zoom]; }
  toScan(x, y) { return [(x - this.left) / this.zoom, (y - this.top) / this.zoom]; }

  // Pointers and wheel.

  listen() {
    const canvas = this.canvas;
    canvas.addEventListener('wheel', (event) => {
      if (!this.scan) return;
      event.preventDefault();
      const [x, y] = this.at(event);
      this.zoomBy(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), x, y);
    }, { passive: false });
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, this.at(event));
      this.travel = 0;
    });
    canvas.addEventListener('pointermove', (event) => this.pointerMoved(event));
    for (const name of ['pointerup', 'pointercancel']) {
      canvas.addEventListener(name, (event) => {
        if (!this.pointers.delete(event.pointerId)) return;
        if (name === 'pointerup' && this.pointers.size === 0 && this.travel < 6) this.clicked(...this.at(event));
      });
    }
    canvas.addEventListener('pointerleave', () => this.handlers.readout(null));
    canvas.addEventListener('dblclick', (event) => this.zoomBy(2, ...this.at(event)));
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  pointerMoved(event) {
    if (!this.scan) return;
    const now = this.at(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) { this.handlers.readout(this.read(...now)); return; }
    const others = [...this.pointers.entries()].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    this.pointers.set(event.pointerId, now);
    this.travel += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (others.length === 0) {
      if (this.travel >= 6 && !(event.pointerType === 'touch' && this.isFitted)) this.panBy(now[0] - before[0], now[1] - before[1]);
      return;
    }
    const [other] = others;
    const reach = (place) => Math.max(12, Math.hypot(place[0] - other[0], place[1] - other[1]));
    this.zoomBy(reach(now) / reach(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
  }

  clicked(x, y) {
    let best = null;
    for (const target of this.targets) {
      const [cx, cy] = this.toScreen(target.column, target.row);
      const reach = Math.max(16, this.halfSide(target) * this.zoom);
      const distance = Math.max(Math.abs(x - cx), Math.abs(y - cy));
      if (distance <= reach && (!best || distance < best.distance)) best = { distance, target };
    }
    if (best) this.handlers.chosen(best.target.id);
  }

  /** What lies under a place of the screen. */
  read(x, y) {
    const [column, row] = this.toScan(x, y).map(Math.round);
    if (column < 0 || row < 0 || column >= this.scan.columns || row >= this.scan.rows) return null;
    const value = (layer) => {
      if (!layer) return null;
      const { picture } = layer;
      const c = Math.round((column - picture.first_column) / picture.column_step);
      const r = Math.round((row - picture.first_row) / picture.row_step);
      if (c < 0 || r < 0 || c >= picture.columns || r >= picture.rows) return null;
      return picture.low + (picture.values[r * picture.columns + c] / 255) * (picture.high - picture.low);
    };
    return { row, column, image: value(this.image), overlay: value(this.overlay) };
  }

  // Drawing.

  halfSide(target) {
    return this.scan.pixel_size_nm && target.width_nm ? target.width_nm / this.scan.pixel_size_nm / 2 : 8;
  }

  draw() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => { this.isWaiting = false; this.drawNow(); });
  }

  drawNow() {
    const context = this.canvas.getContext('2d');
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = '#05070a';
    context.fillRect(0, 0, this.width, this.height);
    if (!this.scan) return;
    const [left, top] = this.toScreen(-0.5, -0.5);
    context.strokeStyle = '#2a3441';
    context.strokeRect(left - 0.5, top - 0.5, this.scan.columns * this.zoom + 1, this.scan.rows * this.zoom + 1);
    if (this.image) this.lay(context, this.image, 1);
    if (this.overlay) this.lay(context, this.overlay, this.strength);
    const targets = [...this.targets].sort((a, b) => b.rank - a.rank);
    const last = targets.findIndex((target) => target.id === this.selected);
    if (last >= 0) targets.push(...targets.splice(last, 1));
    const seen = targets.filter((target) => this.isSeen(target));
    for (const target of seen) this.box(context, target, target.id === this.selected);
    this.numbers(context, seen);
    this.scaleBar(context);
  }

  lay(context, { picture, canvas }, alpha) {
    const [left, top] = this.toScreen(picture.first_column - picture.column_step / 2, picture.first_row - picture.row_step / 2);
    context.globalAlpha = alpha;
    context.imageSmoothingEnabled = this.zoom * picture.column_step < 4;
    context.drawImage(canvas, left, top, picture.columns * picture.column_step * this.zoom, picture.rows * picture.row_step * this.zoom);
    context.globalAlpha = 1;
  }

  outline(context, shape, x, y, half) {
    context.beginPath();
    if (shape === 'circle') context.arc(x, y, half, 0, 2 * Math.PI);
    else if (shape === 'diamond') {
      const reach = half * 1.25;
      context.moveTo(x, y - reach); context.lineTo(x + reach, y); context.lineTo(x, y + reach); context.lineTo(x - reach, y);
      context.closePath();
    } else context.rect(x - half, y - half, 2 * half, 2 * half);
  }

  /** Half the side of a box on the screen, never too small to see. */
  reach(target) { return Math.max(9, this.halfSide(target) * this.zoom); }

  isSeen(target) {
    const [x, y] = this.toScreen(target.column, target.row);
    const reach = this.reach(target) + 40;
    return x > -reach && y > -reach && x < this.width + reach && y < this.height + reach;
  }

  static isOver(target) { return ['acquired', 'skipped', 'rejected', 'superseded'].includes(target.status); }

  box(context, target, isSelected) {
    const { colour, shape } = kindOf(target);
    const [x, y] = this.toScreen(target.column, target.row);
    context.globalAlpha = ScanView.isOver(target) && !isSelected ? 0.5 : 1;
    this.outline(context, shape, x, y, this.reach(target));
    context.lineWidth = isSelected ? 9 : 5;
    context.strokeStyle = isSelected ? '#ffffff' : '#05070acc';
    context.stroke();
    context.lineWidth = isSelected ? 4 : 2.5;
    context.strokeStyle = colour;
    context.setLineDash(target.status === 'claimed' ? [9, 5] : []);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** The ranks, above all boxes; each where it covers least of the other ranks, best ranks first. */
  numbers(context, targets) {
    const size = this.width > 700 ? 17 : 14;
    context.font = `700 ${size}px system-ui, "DejaVu Sans", sans-serif`;
    context.textBaseline = 'middle';
    context.textAlign = 'center';
    const placed = [];
    for (const target of [...targets].reverse()) {
      const { colour, shape } = kindOf(target);
      const isSelected = target.id === this.selected;
      const sign = STATUS_SIGNS[target.status];
      const text = `${target.rank}${sign ? ` ${sign}` : ''}`;
      const [width, height] = [context.measureText(text).width + 9, size + 5];
      const [x, y] = this.toScreen(target.column, target.row);
      const reach = this.reach(target) * (shape === 'diamond' ? 1.25 : 1);
      const places = [[x, y - reach - height / 2 + 2], [x, y + reach + height / 2 - 2], [x + reach + width / 2 - 2, y], [x - reach - width / 2 + 2, y]]
        .map(([cx, cy]) => ({
          left: Math.max(1, Math.min(this.width - width - 1, cx - width / 2)), top: Math.max(1, Math.min(this.height - height - 1, cy - height / 2)), width, height,
        }));
      const covered = (place) => placed.reduce((sum, other) => sum + overlap(place, other), 0);
      const best = places.reduce((least, place) => (covered(place) < covered(least) - 1 ? place : least));
      placed.push(best);
      context.globalAlpha = ScanView.isOver(target) && !isSelected ? 0.6 : 1;
      context.fillStyle = isSelected ? '#ffffff' : colour;
      context.fillRect(best.left, best.top, width, height);
      context.fillStyle = '#05070a';
      context.fillText(text, best.left + width / 2, best.top + height / 2 + 1);
    }
    context.globalAlpha = 1;
    this.places = placed;
  }

  /** A round length that is about a fifth of what is seen. */
  scaleBar(context) {
    const size = this.scan.pixel_size_nm;
    const perUnit = size ? this.zoom / size : this.zoom;
    const seen = Math.min(this.width, this.scan.columns * this.zoom) / perUnit;
    const power = 10 ** Math.floor(Math.log10(seen / 5));
    const length = [1, 2, 5, 10].map((step) => step * power).filter((value) => value <= seen / 3).pop();
    const unit = size ? (length >= 1000 ? 'µm' : 'nm') : 'px';
    const text = `${unit === 'µm' ? length / 1000 : Number(length.toPrecision(2))} ${unit}`;
    const width = length * perUnit;
    const [x, y] = [18, this.height - 22];
    context.font = '700 17px system-ui, "DejaVu Sans", sans-serif';
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
    const back = Math.max(width, context.measureText(text).width) + 20;
    context.fillStyle = '#05070ab8';
    context.fillRect(x - 10, y - 30, back, 44);
    context.fillStyle = '#ffffff';
    context.fillRect(x, y, width, 5);
    context.fillText(text, x, y - 8);
    this.scaleText = text;
  }
}

/** How many square pixels two rectangles share. */
function overlap(a, b) {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}
