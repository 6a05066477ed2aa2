/** An image from a `data:` URL. `next/image` has no benefit here, because there is no request to optimize. */
export function DataImage({ url, alt, className }: { url: string; alt: string; className: string }) {
  // biome-ignore lint/performance/noImgElement: a data URL is neither fetched nor resized
  return <img src={url} alt={alt} className={className} />
}
