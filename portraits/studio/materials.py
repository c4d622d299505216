"""A short way to write Blender's shader graphs."""

from __future__ import annotations

import bpy
import numpy as np

from studio.meshes import REST


def linear(colour: str) -> tuple[float, float, float, float]:
    """A hex colour (sRGB) as Blender wants it: linear, with alpha."""
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    low, high = value / 12.92, ((value + 0.055) / 1.055) ** 2.4
    return (*(float(x) for x in np.where(value <= 0.04045, low, high)), 1.0)


def scaled(colour: tuple, factor: float) -> tuple:
    """A linear colour made darker or lighter."""
    return (*(min(1.0, c * factor) for c in colour[:3]), 1.0)


class Material:
    """One material and its nodes; values may be numbers, colours or sockets."""

    def __init__(self, name: str) -> None:
        self.made = bpy.data.materials.new(name)
        self.made.use_nodes = True
        self.tree = self.made.node_tree
        self.principled = self.tree.nodes["Principled BSDF"]
        self._output = self.tree.nodes["Material Output"]

    def node(self, kind: str, inputs: dict | None = None, **settings: object):
        """Adds a shader node: its kind without `ShaderNode`, its inputs, its settings."""
        node = self.tree.nodes.new("ShaderNode" + kind)
        for name, value in settings.items():
            setattr(node, name, value)
        for key, value in (inputs or {}).items():
            self.set(node, key, value)
        return node

    def set(self, node, key: str | int, value) -> None:
        """Gives an input a value or joins a socket to it."""
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, node.inputs[key])
        else:
            node.inputs[key].default_value = value

    def surface(self, **inputs) -> None:
        """Sets the principled shader's inputs, underscores for blanks."""
        for name, value in inputs.items():
            self.set(self.principled, name.replace("_", " "), value)

    def output(self, socket) -> None:
        """Takes another shader than the principled one."""
        self.tree.links.new(socket, self._output.inputs["Surface"])

    def attribute(self, name: str):
        """A float attribute of the mesh."""
        return self.node("Attribute", attribute_name=name).outputs["Fac"]

    def mix(self, factor, a, b, mode: str = "MIX"):
        """Two colours by a factor."""
        node = self.node("Mix", data_type="RGBA", blend_type=mode)
        for key, value in ((0, factor), (6, a), (7, b)):
            self.set(node, key, value)
        return node.outputs[2]

    def math(self, operation: str, a, b=0.0):
        """Two numbers."""
        node = self.node("Math", operation=operation)
        self.set(node, 0, a)
        self.set(node, 1, b)
        return node.outputs[0]

    def total(self, *terms):
        """The sum of several (value, weight)."""
        result = None
        for value, weight in terms:
            term = self.math("MULTIPLY", value, weight)
            result = term if result is None else self.math("ADD", result, term)
        return result

    def position(self, scale: tuple[float, float, float] = (1, 1, 1)):
        """The point that is shaded, in metres, each axis scaled; it stays with what moves."""
        point = self.node("Attribute", attribute_name=REST).outputs["Vector"]
        return self.node("Mapping", {"Vector": point, "Scale": scale}).outputs[0]

    def noise(self, scale: float, detail: float = 3, roughness: float = 0.5, vector=None):
        """Fractal noise, 0..1 about .5; the scale is waves a metre."""
        inputs = {
            "Vector": vector or self.position(),
            "Scale": scale,
            "Detail": detail,
            "Roughness": roughness,
        }
        return self.node("TexNoise", inputs).outputs["Fac"]

    def cells(self, scale: float, vector=None, feature: str = "F1", randomness: float = 1.0):
        """Distances of Voronoi cells."""
        inputs = {
            "Vector": vector or self.position(),
            "Scale": scale,
            "Randomness": randomness,
        }
        return self.node("TexVoronoi", inputs, feature=feature).outputs["Distance"]

    def ramp(self, value, start, stop, low=0.0, high=1.0):
        """A smooth step from one value to another."""
        inputs = {
            "Value": value,
            "From Min": start,
            "From Max": stop,
            "To Min": low,
            "To Max": high,
        }
        return self.node("MapRange", inputs, interpolation_type="SMOOTHSTEP").outputs[0]

    def image(self, picture, uv_map: str | None = None, extension: str = "EXTEND"):
        """A picture in a UV map; returns its node."""
        node = self.node("TexImage", image=picture, interpolation="Cubic", extension=extension)
        if uv_map:
            self.set(node, "Vector", self.node("UVMap", uv_map=uv_map).outputs[0])
        return node

    def bump(self, height_mm, strength: float = 1.0, below=None):
        """A normal from a height in millimetres."""
        inputs = {"Strength": strength, "Distance": 0.001, "Height": height_mm}
        node = self.node("Bump", inputs)
        if below is not None:
            self.set(node, "Normal", below)
        return node.outputs[0]


def picture_of(name: str, pixels: np.ndarray):
    """A linear picture from numbers.

    Args:
        name: Its name in Blender.
        pixels: Shape (height, width, 4), the first row at the bottom.
    """
    height, width, _ = pixels.shape
    made = bpy.data.images.new(name, width, height, float_buffer=True, alpha=True)
    made.colorspace_settings.name = "Non-Color"
    made.alpha_mode = "CHANNEL_PACKED"
    made.pixels.foreach_set(np.ascontiguousarray(pixels, dtype=np.float32).ravel())
    made.update()
    return made


def picture_from(file) -> object:
    """A mask from a file."""
    made = bpy.data.images.load(str(file))
    made.colorspace_settings.name = "Non-Color"
    return made
