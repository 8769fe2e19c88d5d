"""Vectors as values inside numba kernels.

numba's own loops over arrays check for overlap, wrap negative indices and keep sums in memory, which costs a factor of
two in kernels whose inner loop is 64 long. `Lanes` is a vector of 16 or 64 numbers that lives in registers: LLVM cuts
it into whatever the processor has (8 AVX2 registers for 64 floats, 4 of AVX-512, 16 of NEON).

    total = load(bias, i, 64)
    total += weight * load(inputs, 64 * j, 64)      # 64 examples at once
    store(outputs, 64 * i, total)

Indices are trusted, as in C: callers size their buffers. Arithmetic may reassociate and contract (a·b + c in one
rounding) but keeps NaN and infinity, so that a diverging training still shows.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models, register_default
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

FLAGS = ("reassoc", "contract", "nsz")  # never nnan or ninf: the loop detects divergence by them
INT = ir.IntType(32)


class Lanes(types.Type):
    """`width` numbers of one float type."""

    def __init__(self, dtype: types.Type, width: int) -> None:
        self.dtype, self.width = dtype, width
        super().__init__(f"Lanes({dtype}, {width})")


@register_default(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Lanes) -> None:
        super().__init__(manager, kind, ir.VectorType(manager.lookup(kind.dtype).get_value_type(), kind.width))


def _fill(context: Any, builder: Any, kind: Lanes, scalar: Any) -> Any:
    """The scalar in every lane."""
    vector = context.get_value_type(kind)
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), scalar, INT(0))
    everywhere = ir.Constant(ir.VectorType(INT, kind.width), [0] * kind.width)
    return builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), everywhere)


def _widen(context: Any, builder: Any, kind: Any, value: Any, lanes: Lanes) -> Any:
    """`value` as lanes: itself, or a scalar spread out."""
    if isinstance(kind, Lanes):
        return value
    return _fill(context, builder, lanes, context.cast(builder, value, kind, lanes.dtype))


def _arithmetic(symbol: Any, instruction: str) -> None:
    """Teach numba `lanes ∘ lanes`, `lanes ∘ scalar` and `scalar ∘ lanes`."""

    @infer_global(symbol)
    class _Typing(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            lanes = [kind for kind in args if isinstance(kind, Lanes)]
            fits = all(isinstance(kind, (Lanes, types.Number)) for kind in args)
            return signature(lanes[0], *args) if lanes and fits else None

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pair = [_widen(context, builder, kind, value, sig.return_type)
                for kind, value in zip(sig.args, args, strict=True)]
        return getattr(builder, instruction)(*pair, flags=FLAGS)

    for left, right in ((Lanes, Lanes), (Lanes, types.Number), (types.Number, Lanes)):
        lower_builtin(symbol, left, right)(lower)


for _symbol, _instruction in (
    (operator.add, "fadd"), (operator.iadd, "fadd"), (operator.sub, "fsub"), (operator.isub, "fsub"),
    (operator.mul, "fmul"), (operator.imul, "fmul"), (operator.truediv, "fdiv"), (operator.itruediv, "fdiv"),
):
    _arithmetic(_symbol, _instruction)


def _address(context: Any, builder: Any, sig: Any, args: Any, lanes: Lanes) -> Any:
    """Pointer to lanes that begin at element args[1] of the array args[0]."""
    data = make_array(sig.args[0])(context, builder, args[0]).data
    index = context.cast(builder, args[1], sig.args[1], types.intp)
    return builder.bitcast(builder.gep(data, [index]), ir.PointerType(context.get_value_type(lanes)))


@intrinsic(prefer_literal=True)
def load(typing: Any, array: Any, index: Any, width: Any) -> Any:
    """`width` (a literal) consecutive elements of a one-dimensional array, from `index` on."""
    lanes = Lanes(array.dtype, width.literal_value)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        value = builder.load(_address(context, builder, sig, args, lanes))
        value.align = array.dtype.bitwidth // 8  # that of one element: rows need not be aligned
        return value

    return lanes(array, index, width), generate


@intrinsic
def store(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Write the lanes to a one-dimensional array, from `index` on."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        builder.store(args[2], _address(context, builder, sig, args, value), align=array.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(array, index, value), generate


@intrinsic
def peek(typing: Any, array: Any, index: Any) -> Any:
    """array[index] without numba's check for a negative index; whole numbers come as the machine's own."""
    result = types.intp if isinstance(array.dtype, types.Integer) else array.dtype

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = make_array(sig.args[0])(context, builder, args[0]).data
        value = builder.load(builder.gep(data, [context.cast(builder, args[1], sig.args[1], types.intp)]))
        return context.cast(builder, value, array.dtype, result)

    return result(array, index), generate


@intrinsic
def poke(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """array[index] = value without the check."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = make_array(sig.args[0])(context, builder, args[0]).data
        place = builder.gep(data, [context.cast(builder, args[1], sig.args[1], types.intp)])
        builder.store(context.cast(builder, args[2], sig.args[2], array.dtype), place)
        return context.get_dummy_value()

    return types.void(array, index, value), generate


@intrinsic(prefer_literal=True)
def spread(typing: Any, array: Any, index: Any, width: Any) -> Any:
    """One element of an array in `width` (a literal) lanes."""
    lanes = Lanes(array.dtype, width.literal_value)

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = make_array(sig.args[0])(context, builder, args[0]).data
        scalar = builder.load(builder.gep(data, [context.cast(builder, args[1], sig.args[1], types.intp)]))
        return _fill(context, builder, lanes, scalar)

    return lanes(array, index, width), generate


@intrinsic(prefer_literal=True)
def zeros(typing: Any, like: Any, width: Any) -> Any:
    """`width` (a literal) zeros of the type of the array `like`."""
    lanes = Lanes(like.dtype, width.literal_value)
    return lanes(like, width), lambda context, builder, sig, args: ir.Constant(context.get_value_type(lanes), None)


def _call(context: Any, builder: Any, name: str, result: Any, arguments: list[Any]) -> Any:
    """Call LLVM's own function `name`, which becomes an instruction where the processor has one."""
    kind = ir.FunctionType(result, [argument.type for argument in arguments])
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(function, arguments, fastmath=FLAGS)


def _suffix(lanes: Lanes) -> str:
    return f"v{lanes.width}f{lanes.dtype.bitwidth}"


@intrinsic
def total(typing: Any, lanes: Any) -> Any:
    """Sum over the lanes."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        scalar = context.get_value_type(lanes.dtype)
        name = f"llvm.vector.reduce.fadd.{_suffix(lanes)}"
        return _call(context, builder, name, scalar, [ir.Constant(scalar, 0.0), args[0]])

    return lanes.dtype(lanes), generate


@intrinsic
def root(typing: Any, lanes: Any) -> Any:
    """Square root of each lane."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _call(context, builder, f"llvm.sqrt.{_suffix(lanes)}", args[0].type, [args[0]])

    return lanes(lanes), generate


@intrinsic
def relu(typing: Any, lanes: Any) -> Any:
    """max(0, z) lane by lane; NaN stays NaN."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        zero = ir.Constant(args[0].type, None)
        return builder.select(builder.fcmp_ordered("<=", args[0], zero), zero, args[0])

    return lanes(lanes), generate


@intrinsic
def where_positive(typing: Any, gate: Any, value: Any) -> Any:
    """`value` in lanes whose gate is above zero (or NaN), 0 in the others: the derivative of ReLU."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        zero = ir.Constant(args[0].type, None)
        return builder.select(builder.fcmp_ordered("<=", args[0], zero), zero, args[1])

    return value(gate, value), generate


@intrinsic
def prefetch(typing: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of array[index] ahead of its use; changes nothing else."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = make_array(sig.args[0])(context, builder, args[0]).data
        place = builder.gep(data, [context.cast(builder, args[1], sig.args[1], types.intp)])
        place = builder.bitcast(place, ir.PointerType(ir.IntType(8)))
        kind = ir.FunctionType(ir.VoidType(), [place.type, INT, INT, INT])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [place, INT(0), INT(2), INT(1)])  # to read, into the second-level cache, data
        return context.get_dummy_value()

    return types.void(array, index), generate
